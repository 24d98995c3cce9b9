/** The public API of `allv-mcp`: exports every public name by itself. A commit that adds a name says why. */

export { ask } from './adapter-kit/ask.js'
export type { Adapters } from './adapters/adapters.js'
export type { ApiKeyRecord, ApiKeysAdapter } from './adapters/api-keys.js'
export type {
  Approval,
  ApprovalBinding,
  ApprovalRequest,
  ApprovalState,
  ApprovalsAdapter,
  Decision,
  DecisionResult,
  TooManyPending,
  UnlimitedRequest,
} from './adapters/approvals.js'
export type { AuditAdapter, AuditEvent, AuditEventType, AuditedFilter } from './adapters/audit.js'
export type {
  CustomAuthentication,
  CustomPrincipal,
  CustomRequest,
} from './adapters/custom-authentication.js'
export type { BusEvent, EventsAdapter, HostEvent, LibraryEvent } from './adapters/events.js'
export type { FeaturesAdapter } from './adapters/features.js'
export type { Answered, Ask, InputRequest, InputResponse } from './adapters/input-requests.js'
export type { MembersAdapter } from './adapters/members.js'
export type {
  MemoryAdapter,
  MemoryChange,
  MemoryEntry,
  MemoryEntryInfo,
  MemoryList,
  MemoryPage,
  MemoryReader,
  MemoryTemplate,
  MemoryUpdate,
} from './adapters/memory.js'
export type { ApprovalQuestion, ApprovalVerdict, Approver, PolicyAdapter } from './adapters/policy.js'
export type {
  ClientInfo,
  Credential,
  Face,
  Member,
  MemberContext,
  OAuthCredential,
  OAuthSubject,
  TraceContext,
} from './adapters/principal.js'
export type {
  Completion,
  CompletionQuery,
  PromptArgument,
  PromptCall,
  PromptDefinition,
  PromptMessage,
  PromptResult,
  PromptsAdapter,
} from './adapters/prompts.js'
export type { RateLimiter } from './adapters/rate-limiter.js'
export type {
  ResourceContents,
  ResourceInfo,
  ResourcesAdapter,
  ResourceTemplate,
} from './adapters/resources.js'
export type {
  Run,
  RunBegun,
  RunEnd,
  RunOutcome,
  RunQuery,
  RunStart,
  RunStatus,
  RunsAdapter,
  RunUpdate,
  WaitingStatus,
} from './adapters/runs.js'
export type {
  ContentBlock,
  ToolAnnotations,
  ToolCall,
  ToolDefinition,
  ToolProgress,
  ToolResult,
  ToolsAdapter,
} from './adapters/tools.js'
export type { AllvAgent, AllvAgentApi, CallOptions } from './agent/agent.js'
export { createAllvAgentApi } from './agent/api.js'
export type { AgentOutcome } from './agent/outcome.js'
export type { MemberSelector } from './control-plane/request/stages.js'
export type { BrandOptions } from './control-plane/runtime/brand.js'
export { type ControlPlane, createControlPlane } from './control-plane/runtime/control-plane.js'
export { createInProcessEvents } from './control-plane/runtime/event-bus.js'
export type { AllvMcpOptions, FailureReport } from './control-plane/runtime/options.js'
export {
  digestApiKey,
  type GeneratedApiKey,
  generateApiKey,
  isWellFormedApiKey,
} from './foundation/crypto/api-key.js'
export { AllvError, isAllvError } from './foundation/errors/allv-error.js'
export type { ErrorCode } from './foundation/errors/catalogue.js'
export type { JsonObject, JsonValue } from './foundation/json/json.js'
export { visibleText } from './foundation/text/text.js'
export { type AllvMcpRouter, createAllvMcpRouter } from './mcp/router.js'
export type { OAuthFinding } from './oauth/oauth-check.js'
export type {
  AudienceOption,
  Introspection,
  OAuthIssuer,
  OAuthOptions,
  TokenClaims,
  TokenScope,
} from './oauth/options/oauth-options.js'
export { allowEveryCall } from './tools/allow-every-call.js'
export {
  defineTool,
  type Tool,
  type ToolApproval,
  type ToolOptions,
  type ToolRun,
} from './tools/define-tool.js'
export type { ToolSchema, TypedSchema } from './tools/schema.js'
export { createToolProvider, type ToolProvider, type ToolProviderOptions } from './tools/tool-provider.js'
export { toolError, toolResult } from './tools/tool-results.js'
