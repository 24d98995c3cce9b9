/** The prompts that the suites get by name. */

import { ask, type PromptDefinition, type PromptMessage, type PromptsAdapter } from 'allv-mcp'
import { form } from './asking-tools.js'
import { PNG } from './media.js'

const said = (text: string): PromptMessage => ({ role: 'user', content: { type: 'text', text } })

const PROMPTS: readonly PromptDefinition[] = [
  { name: 'test_simple_prompt', title: 'Simple Test Prompt', description: 'A prompt without arguments.' },
  {
    name: 'test_prompt_with_arguments',
    description: 'A prompt with required arguments.',
    arguments: [
      { name: 'arg1', description: 'First test argument', required: true },
      { name: 'arg2', description: 'Second test argument', required: true },
    ],
  },
  {
    name: 'test_prompt_with_embedded_resource',
    description: 'A prompt that embeds a resource.',
    arguments: [{ name: 'resourceUri', description: 'URI of the resource to embed', required: true }],
  },
  { name: 'test_prompt_with_image', description: 'A prompt with an image.' },
  { name: 'test_input_required_result_prompt', description: 'A prompt that asks first.' },
]

export function createSuitePrompts(): PromptsAdapter {
  return {
    list: async () => PROMPTS,
    async get(_, { name, arguments: args, answers }) {
      switch (name) {
        case 'test_prompt_with_arguments':
          return { messages: [said(`Prompt with arguments: arg1='${args['arg1']}', arg2='${args['arg2']}'`)] }
        case 'test_prompt_with_embedded_resource': {
          const resource = {
            uri: args['resourceUri'] ?? '',
            mimeType: 'text/plain',
            text: 'Embedded resource content for testing.',
          }
          return {
            messages: [
              { role: 'user', content: { type: 'resource', resource } },
              said('Please process the embedded resource above.'),
            ],
          }
        }
        case 'test_prompt_with_image':
          return {
            messages: [
              { role: 'user', content: { type: 'image', data: PNG, mimeType: 'image/png' } },
              said('Please analyze the image above.'),
            ],
          }
        case 'test_input_required_result_prompt': {
          const user_context = form('What context should the prompt use?', { context: { type: 'string' } })
          return answers === null
            ? ask({ inputRequests: { user_context } })
            : { messages: [said(`Prompt with context: ${JSON.stringify(answers['user_context'])}`)] }
        }
        default:
          return { messages: [said('This is a simple prompt for testing.')] }
      }
    },
    complete: async () => ({ values: [] }),
  }
}
