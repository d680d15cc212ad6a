# An application to try out a login with: docs/tutorials/first-login.md, "Log in".
resource "auth0_client" "demo" {
  count = var.demo_callback == "" ? 0 : 1

  name            = "auth-redirect demo"
  app_type        = "regular_web"
  oidc_conformant = true
  callbacks       = [var.demo_callback]
  grant_types     = ["authorization_code", "refresh_token"]

  jwt_configuration {
    alg = "RS256"
  }
}

output "demo_client_id" {
  description = "The client id of the application for trying out a login."
  value       = one(auth0_client.demo[*].client_id)
}
