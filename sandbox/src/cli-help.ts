export const HELP = `Usage: auth0-actions-sandbox [--tenant PATH] [--action FILE] [options]
       auth0-actions-sandbox init [FOLDER] [--dry-run]

A local stand-in for an Auth0 tenant that runs your Actions and shows, step by step, what they did.

  --tenant PATH        users, clients, Actions of all triggers and more: a tenant file (YAML or JSON), a folder of
                       auth0-deploy-cli or one with Terraform files. Default: tenant.yaml, if there is one and no --action
  --action FILE        a file with a post-login Action; repeat it for several, in their order
  --action TRIGGER:FILE
                       the same for another trigger: --action pre-user-registration:checks.js
  --secrets FILE       event.secrets: a JSON object of strings, or NAME=VALUE lines
  --hostname NAME      the tenant's name (default tenant.localhost)
  --port NUMBER        the tenant's port (default 9500; 0 selects any free one)
  --app-hostname NAME  the sample app's name (default app.localhost)
  --app-port NUMBER    the sample app's port (default: the tenant's port + 1; 0 selects any free one)
  --no-app             leave the sample app out
  --client-id ID       let your own app log in; needs --callback, or --client-secret for a service without logins
  --client-secret TEXT its secret; leave it out for a single-page or native app
  --callback URL       its redirect_uri; repeat it for several
  --languages LIST     the tenant's languages, its default first (default en): --languages en,fr-FR,de
  --state FILE         keep users and roles across restarts, in a JSON file that the sandbox creates
  --tls-cert FILE, --tls-key FILE
                       https instead of http: a certificate for all the names, and its key (PEM)
  --https              https with a generated certificate, signed by an authority that you trust once
  --https-dir DIR      the folder of that authority (default: in your cache folder)
  --map URL=URL        map an origin for Actions: --map https://example.com=http://localhost:3000; repeatable
  --vendor             add a vendor to which a service redirects logins
  --vendor-hostname NAME, --vendor-port NUMBER
                       its name and port (default vendor.localhost, the tenant's port + 2)
  --vendor-alg NAME    the signature of its results: RS256 (default), ES256 or HS256
  --vendor-secret-file FILE
                       the secret for HS256
  --vendor-audience ID the aud of its results (default auth-redirect)
  --vendor-return ORIGIN
                       an origin that it may redirect to; repeat it for several (default: this machine)
  --watch              print calls and console lines of Actions live, and changes of their files
  --inspect[=HOST:PORT]
                       let a debugger stop inside Actions (default 127.0.0.1:9229); lifts the time limit
  --json               print one line of JSON when ready
  --help, --version
`;
