/** The tools of the suites that ask the client before they answer. */

import {
  ask,
  defineTool,
  type InputRequest,
  type InputResponse,
  type JsonObject,
  type Tool,
  type ToolRun,
} from 'allv-mcp'

const NOTHING = { type: 'object', properties: {} } as const

export function form(
  message: string,
  properties: JsonObject,
  required: readonly string[] = Object.keys(properties),
): InputRequest {
  return {
    method: 'elicitation/create',
    params: { message, requestedSchema: { type: 'object', properties, required } },
  }
}

function sampling(text: string): InputRequest {
  return {
    method: 'sampling/createMessage',
    params: { messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens: 100 },
  }
}

const roots: InputRequest = { method: 'roots/list', params: {} }

type Questions = Readonly<Record<string, InputRequest>>

/** Asks its questions once, then answers with what came back. */
function asksOnce(
  name: string,
  questions: Questions,
  say: (answers: Readonly<Record<string, InputResponse>>) => string,
  input: JsonObject = NOTHING,
) {
  return defineTool({
    name,
    description: `Asks: ${Object.keys(questions).join(', ')}.`,
    input,
    run: (_, { answers }) =>
      answers === null ? ask({ inputRequests: questions, state: { asked: name } }) : say(answers),
  })
}

const contentOf = (answer: InputResponse | undefined) => JSON.stringify(answer?.['content'] ?? {})

export function createAskingTools(): readonly Tool[] {
  const name = form('What is your name?', { name: { type: 'string' } })
  const confirm = form('Please confirm', { ok: { type: 'boolean' } })
  return [
    asksOnce(
      'test_input_required_result_elicitation',
      { user_name: name },
      ({ user_name }) => `Hello, ${contentOf(user_name)}!`,
    ),
    asksOnce(
      'test_input_required_result_sampling',
      { capital_question: sampling('What is the capital of France?') },
      ({ capital_question }) => contentOf(capital_question),
    ),
    asksOnce('test_input_required_result_list_roots', { client_roots: roots }, ({ client_roots }) =>
      JSON.stringify(client_roots),
    ),
    asksOnce(
      'test_input_required_result_request_state',
      { confirm },
      () => 'state-ok: requestState validated',
    ),
    asksOnce('test_input_required_result_tampered_state', { confirm }, () => 'integrity-ok: state verified'),
    asksOnce(
      'test_input_required_result_multiple_inputs',
      { user_name: name, greeting: sampling('Generate a greeting'), client_roots: roots },
      (answers) => `answered: ${Object.keys(answers).join(', ')}`,
    ),
    asksOnce('test_missing_capability', { sample: sampling('Anything') }, () => 'Success'),
    defineTool({
      name: 'test_input_required_result_multi_round',
      description: 'Asks twice.',
      input: NOTHING,
      run(_, { answers, state }) {
        if (answers === null)
          return ask({
            inputRequests: { step1: form('Step 1: What is your name?', { name: { type: 'string' } }) },
            state: { round: 1 },
          })
        if (JSON.stringify(state) === '{"round":1}') {
          const step2 = form('Step 2: What is your favorite color?', { color: { type: 'string' } })
          return ask({ inputRequests: { step2 }, state: { round: 2, name: contentOf(answers['step1']) } })
        }
        return `complete: ${JSON.stringify(state)} ${contentOf(answers['step2'])}`
      },
    }),
    defineTool({
      name: 'test_input_required_result_capabilities',
      description: 'Asks only what the client can be asked.',
      input: NOTHING,
      run: (_, run) =>
        askPossible(run, {
          elicit_input: form('Elicitation input', { value: { type: 'string' } }),
          sample_input: sampling('Sample request'),
        }),
    }),
    ...createLegacyAskingTools(),
  ]
}

function askPossible({ answers, canAsk }: ToolRun, questions: Questions) {
  if (answers !== null) return `capabilities-ok: received ${Object.keys(answers).join(', ')}`
  const possible = Object.entries(questions).filter(([, request]) => canAsk(request))
  return possible.length === 0
    ? 'No supported capabilities declared'
    : ask({ inputRequests: Object.fromEntries(possible) })
}

/** The 2025 suites know these: the same questions, put within the call. */
function createLegacyAskingTools(): readonly Tool[] {
  const text = (field: string): JsonObject => ({
    type: 'object',
    properties: { [field]: { type: 'string' } },
    required: [field],
  })
  const say = ({ input }: Readonly<Record<string, InputResponse>>) =>
    `action=${input?.['action']}, content=${contentOf(input)}`
  return [
    defineTool({
      name: 'test_sampling',
      description: 'Asks for a sampling.',
      input: text('prompt'),
      run: (args, { answers }) =>
        answers === null
          ? ask({ inputRequests: { input: sampling(String(args['prompt'])) } })
          : `LLM response: ${contentOf(answers['input'])}`,
    }),
    defineTool({
      name: 'test_elicitation',
      description: 'Asks what it is told to ask.',
      input: text('message'),
      run: (args, { answers }) =>
        answers === null
          ? ask({
              inputRequests: {
                input: form(String(args['message']), {
                  response: { type: 'string', description: "User's response" },
                }),
              },
            })
          : `User response: ${say(answers)}`,
    }),
    asksOnce(
      'test_elicitation_sep1034_defaults',
      { input: form('Please review', DEFAULTS, []) },
      (answers) => `Elicitation completed: ${say(answers)}`,
    ),
    asksOnce(
      'test_elicitation_sep1330_enums',
      { input: form('Please select', ENUMS, []) },
      (answers) => `Elicitation completed: ${say(answers)}`,
    ),
  ]
}

const DEFAULTS: JsonObject = {
  name: { type: 'string', description: 'User name', default: 'John Doe' },
  age: { type: 'integer', description: 'User age', default: 30 },
  score: { type: 'number', description: 'User score', default: 95.5 },
  status: {
    type: 'string',
    description: 'User status',
    enum: ['active', 'inactive', 'pending'],
    default: 'active',
  },
  verified: { type: 'boolean', description: 'Verification status', default: true },
}

const titled = (values: readonly string[], titles: readonly string[]) =>
  values.map((value, i) => ({ const: value, title: titles[i] ?? value }))

const ENUMS: JsonObject = {
  untitledSingle: {
    type: 'string',
    description: 'Select one option',
    enum: ['option1', 'option2', 'option3'],
  },
  titledSingle: {
    type: 'string',
    description: 'Select one',
    oneOf: titled(['value1', 'value2', 'value3'], ['First Option', 'Second Option', 'Third Option']),
  },
  legacyEnum: {
    type: 'string',
    description: 'Select one (legacy)',
    enum: ['opt1', 'opt2', 'opt3'],
    enumNames: ['Option One', 'Option Two', 'Option Three'],
  },
  untitledMulti: {
    type: 'array',
    description: 'Select several',
    minItems: 1,
    maxItems: 3,
    items: { type: 'string', enum: ['option1', 'option2', 'option3'] },
  },
  titledMulti: {
    type: 'array',
    description: 'Select several',
    minItems: 1,
    maxItems: 3,
    items: {
      anyOf: titled(['value1', 'value2', 'value3'], ['First Choice', 'Second Choice', 'Third Choice']),
    },
  },
}
