variable "session_secret" {
  description = "The secret that the Action shares with the service: 32 bytes or more, like the output of openssl rand -base64 48."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.session_secret) >= 32
    error_message = "The session_secret is shorter than 32 bytes: use the output of openssl rand -base64 48."
  }
}

variable "redirect_url" {
  description = "The address of the service, like https://steps.example.com/redirect."
  type        = string

  validation {
    condition     = can(regex("^(https://|http://([a-z0-9-]+\\.)*localhost[:/])", var.redirect_url))
    error_message = "The redirect_url is not an https address, like https://steps.example.com/redirect."
  }
}

variable "steps_expected" {
  description = "Whether the service has steps: then the Action refuses an answer without an outcome. Set it after the service has its steps."
  type        = bool
  default     = false
}

variable "secrets_version" {
  description = "A number to increase when the value of a secret changes: Terraform keeps no secret that it could compare."
  type        = number
  default     = 1
}

variable "demo_callback" {
  description = "The callback address of an application for trying out a login. Empty: no such application."
  type        = string
  default     = ""
}
