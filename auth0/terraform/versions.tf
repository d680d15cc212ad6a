terraform {
  # Since 1.11 Terraform knows write-only arguments, which keep the secret out of its state.
  required_version = ">= 1.11"

  required_providers {
    auth0 = {
      source  = "auth0/auth0"
      version = ">= 1.52.0, < 2.0.0"
    }
  }
}

# The provider reads AUTH0_DOMAIN, AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET from the environment.
provider "auth0" {}
