export { listAudit, type AuditEntry, type AuditFilter } from "./audit.ts";
export { defaultWorkspace, ensureAdmin } from "./first-start.ts";
export { findPrincipal, hasRole, roleNames, type Principal } from "./principal.ts";
export { assignRole, listRoles, removeRole, type RoleAssignment } from "./roles.ts";
export { issueRunToken, purgeRunTokens, revokeRunTokens, type NewRunToken } from "./run-tokens.ts";
export {
  deleteSavedView,
  listSavedViews,
  saveView,
  type NewSavedView,
  type SavedView,
  type ViewOwner,
} from "./saved-views.ts";
export { createSession, endSession, findSession, type CreatedSession, type Session } from "./sessions.ts";
export { issueToken, listTokens, revokeToken, type CreatedToken, type NewToken, type Token } from "./tokens.ts";
export { createUser, findUser, listUsers, updateUser, type NewUser, type User, type UserChange } from "./users.ts";
export {
  createWorkspace,
  describeWorkspace,
  getWorkspace,
  listWorkspaces,
  type NewWorkspace,
  type Workspace,
} from "./workspaces.ts";
