resource "auth0_action" "auth_redirect" {
  name    = "auth-redirect"
  runtime = "node22"
  deploy  = true
  code    = file("${path.module}/../actions/auth-redirect/code.js")

  supported_triggers {
    id      = "post-login"
    version = "v3"
  }

  # For other secrets of the Action, such as TERMS_VERSION and SESSION_SECRET_PREVIOUS, add blocks at the end.
  secrets_wo {
    name  = "SESSION_SECRET"
    value = var.session_secret
  }
  secrets_wo {
    name  = "REDIRECT_URL"
    value = var.redirect_url
  }
  secrets_wo {
    name  = "STEPS_EXPECTED"
    value = var.steps_expected
  }
  secrets_wo_version = var.secrets_version
}

# Binds exactly these Actions, in this order. List the other post-login Actions of the tenant here too.
resource "auth0_trigger_actions" "post_login" {
  trigger = "post-login"

  actions {
    id           = auth0_action.auth_redirect.id
    display_name = auth0_action.auth_redirect.name
  }
}
