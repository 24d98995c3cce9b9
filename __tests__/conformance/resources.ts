/** The resources that the suites read by URI. */

import type { ResourceInfo, ResourcesAdapter } from 'allv-mcp'
import { PNG } from './media.js'

const LISTED: readonly ResourceInfo[] = [
  {
    uri: 'test://static-text',
    name: 'static-text',
    title: 'Static Text Resource',
    description: 'Static text.',
    mimeType: 'text/plain',
  },
  {
    uri: 'test://static-binary',
    name: 'static-binary',
    title: 'Static Binary Resource',
    description: 'An image.',
    mimeType: 'image/png',
  },
  {
    uri: 'test://watched-resource',
    name: 'watched-resource',
    title: 'Watched Resource',
    description: 'Text.',
    mimeType: 'text/plain',
  },
]
const TEMPLATED = /^test:\/\/template\/([^/]+)\/data$/

export function createSuiteResources(): ResourcesAdapter {
  return {
    list: async () => LISTED,
    templates: async () => [
      {
        uriTemplate: 'test://template/{id}/data',
        name: 'template',
        title: 'Resource Template',
        description: 'A template.',
        mimeType: 'application/json',
      },
    ],
    async read(_, { uri }) {
      if (uri === 'test://static-text')
        return [{ uri, mimeType: 'text/plain', text: 'This is the content of the static text resource.' }]
      if (uri === 'test://static-binary') return [{ uri, mimeType: 'image/png', blob: PNG }]
      if (uri === 'test://watched-resource') return [{ uri, mimeType: 'text/plain', text: 'Watched.' }]
      const id = TEMPLATED.exec(uri)?.[1]
      if (id === undefined) return null
      return [
        {
          uri,
          mimeType: 'application/json',
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ]
    },
    complete: async () => ({ values: [] }),
  }
}
