/** The tools that the suites call by name. */

import { setTimeout as sleep } from 'node:timers/promises'
import { defineTool, type EventsAdapter, type JsonObject, type Tool, toolError, toolResult } from 'allv-mcp'
import { PNG, WAV } from './media.js'

const NOTHING = { type: 'object', properties: {} } as const
const image = { type: 'image', data: PNG, mimeType: 'image/png' } as const

export function createSuiteTools(events: EventsAdapter): readonly Tool[] {
  const answers = (name: string, description: string, result: Parameters<typeof toolResult>[0]) =>
    defineTool({ name, description, input: NOTHING, run: () => toolResult(result) })
  const publishes = (name: string, type: 'tools_changed' | 'prompts_changed') =>
    defineTool({
      name,
      description: `Publishes ${type}.`,
      input: NOTHING,
      async run(_, { context }) {
        await events.publish({ type, workspaceId: context.workspaceId, memberId: null })
        return 'published'
      },
    })
  return [
    answers('test_simple_text', 'Answers text.', {
      content: [{ type: 'text', text: 'This is a simple text response for testing.' }],
    }),
    answers('test_image_content', 'Answers an image.', { content: [image] }),
    answers('test_audio_content', 'Answers sound.', {
      content: [{ type: 'audio', data: WAV, mimeType: 'audio/wav' }],
    }),
    answers('test_embedded_resource', 'Answers an embedded resource.', {
      content: [
        {
          type: 'resource',
          resource: {
            uri: 'test://embedded-resource',
            mimeType: 'text/plain',
            text: 'This is an embedded resource content.',
          },
        },
      ],
    }),
    answers('test_multiple_content_types', 'Answers several kinds of content.', {
      content: [
        { type: 'text', text: 'Multiple content types test:' },
        image,
        {
          type: 'resource',
          resource: {
            uri: 'test://mixed-content-resource',
            mimeType: 'application/json',
            text: '{"test":"data","value":123}',
          },
        },
      ],
    }),
    defineTool({
      name: 'test_error_handling',
      description: 'Fails.',
      input: NOTHING,
      run: () => toolError('This tool intentionally returns an error for testing'),
    }),
    defineTool({
      name: 'test_tool_with_progress',
      description: 'Reports progress.',
      input: NOTHING,
      async run(_, { progress }) {
        for (const step of [0, 50, 100]) {
          progress({ progress: step, total: 100, message: `Completed step ${step} of 100` })
          await sleep(60)
        }
        return 'done'
      },
    }),
    answers('test_tool_with_logging', 'Would log, if this server had MCP logging.', {
      content: [{ type: 'text', text: 'no logs' }],
    }),
    answers('test_streaming_elicitation', 'Answers at once.', {
      content: [{ type: 'text', text: 'Streaming complete' }],
    }),
    answers('test_logging_tool', 'Emits no log messages.', {
      content: [{ type: 'text', text: 'Logging evaluated' }],
    }),
    publishes('test_trigger_tool_change', 'tools_changed'),
    publishes('test_trigger_prompt_change', 'prompts_changed'),
    defineTool({
      name: 'test_reconnection',
      description: 'Takes a moment.',
      input: NOTHING,
      async run() {
        await sleep(100)
        return 'done'
      },
    }),
    defineTool({
      name: 'json_schema_2020_12_tool',
      description: 'Has a schema with 2020-12 vocabulary.',
      input: JSON_SCHEMA_2020_12,
      run: (args) => `called with ${JSON.stringify(args)}`,
    }),
    defineTool({
      name: 'test_x_mcp_header',
      description: 'Has arguments that are mirrored in headers.',
      input: {
        type: 'object',
        properties: {
          region: { type: 'string', 'x-mcp-header': 'Region' },
          priority: { type: 'integer', 'x-mcp-header': 'Priority' },
          verbose: { type: 'boolean', 'x-mcp-header': 'Verbose' },
        },
      },
      run: (args) => JSON.stringify(args),
    }),
  ]
}

const JSON_SCHEMA_2020_12: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema, in a schema.
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}
