export {
  type Deployment,
  type RegisterOptions,
  type Registration,
  RestateAdmin,
  RestateAdminError,
  type RestateAdminOptions,
  type Service,
} from "./restate-admin.ts";
