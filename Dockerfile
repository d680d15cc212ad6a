# The redirect service. Build: docker build -t nestjs-auth-redirect .
#
# Pin the base image:            --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
# Without a shell and packages:  --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot, or with @sha256:…
# The digest of a tag:           docker buildx imagetools inspect node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=${NODE_IMAGE}

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.cjs.json tsconfig.service.json tsconfig.schematics.json nest-cli.json esbuild.config.mjs ./
COPY tools/build.mjs tools/sbom.mjs tools/
COPY views views
COPY locales locales
COPY src src
COPY schematics schematics
RUN npm run build && npm run sbom

FROM ${RUNTIME_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
ARG SOURCE=https://github.com/example/nestjs-auth-redirect
LABEL org.opencontainers.image.title="nestjs-auth-redirect" \
      org.opencontainers.image.description="The service that an Auth0 login is sent to in the middle" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Distroless images have Node.js in /nodejs/bin.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 PATH=/usr/local/bin:/nodejs/bin:/usr/bin:/bin
# Removes package managers: the service installs nothing. The runtime image may have no shell.
USER 0:0
RUN ["node", "-e", "for (const one of ['lib/node_modules', 'bin/npm', 'bin/npx', 'bin/corepack', 'bin/yarn', 'bin/yarnpkg']) fs.rmSync('/usr/local/' + one, { recursive: true, force: true }); fs.rmSync('/opt', { recursive: true, force: true })"]
WORKDIR /app
# Everything belongs to root: the service writes no file and runs on a read-only file system. Your own steps in /app/custom-steps use
# the packages in node_modules, which are part of the bundle: docs/how-to/steps-package.md.
COPY --from=build /app/dist/service /app/dist/sbom.json ./
# A numeric user, so that Kubernetes can verify that it is not root.
USER 1000:1000
EXPOSE 3000 9464
# Without a shell, signals reach the service, which finishes requests before it exits.
ENTRYPOINT ["node", "--max-semi-space-size=4", "--max-old-space-size=160", "--no-flush-bytecode", "main.js"]
CMD []
