# The redirect service. Build: docker build -t nestjs-auth-redirect .
#
# A base that stays what it is:  --build-arg NODE_IMAGE=node:24-bookworm-slim@sha256:…
# Without a shell and packages:  --build-arg RUNTIME_IMAGE=gcr.io/distroless/nodejs24-debian12:nonroot, with @sha256:… likewise
# The digest of a tag:           docker buildx imagetools inspect node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim
ARG RUNTIME_IMAGE=${NODE_IMAGE}

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.cjs.json tsconfig.esm.json nest-cli.json ./
COPY tools/start-build.mjs tools/compile-pages.mjs tools/finish-build.mjs tools/keep-compiled.mjs tools/sbom.mjs tools/
COPY tools/bundle tools/bundle
COPY views views
COPY locales locales
COPY src src
RUN npm run build && node tools/sbom.mjs

# What the runtime's own Node compiles for a start: it takes that if it was compiled by the same version with the same flags.
FROM ${RUNTIME_IMAGE} AS compiled
ENV PATH=/usr/local/bin:/nodejs/bin:/usr/bin:/bin
USER 0:0
WORKDIR /app
COPY --from=build /app/dist/service ./
COPY --from=build /app/tools/keep-compiled.mjs /
RUN ["node", "--min-semi-space-size=4", "--max-semi-space-size=4", "--max-old-space-size=256", "--no-flush-bytecode", "/keep-compiled.mjs", "/app"]

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
# The second is where distroless images have Node.js.
ENV NODE_ENV=production MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=131072 PATH=/usr/local/bin:/nodejs/bin:/usr/bin:/bin
# Nothing is installed any more, and what is not there needs no updates. There may be no shell that could do it.
USER 0:0
RUN ["node", "-e", "for (const one of ['lib/node_modules', 'bin/npm', 'bin/npx', 'bin/corepack', 'bin/yarn', 'bin/yarnpkg']) fs.rmSync('/usr/local/' + one, { recursive: true, force: true }); fs.rmSync('/opt', { recursive: true, force: true })"]
WORKDIR /app
# All of it belongs to root: the service writes no file here and runs on a read-only file system. What is in node_modules is of the
# bundle, for steps of one's own in /app/custom-steps: docs/steps.md.
COPY --from=compiled /app ./
COPY --from=build /app/dist/sbom.json ./
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000 9464
# No shell in between: signals reach the service, which finishes what it has begun.
ENTRYPOINT ["node", "--min-semi-space-size=4", "--max-semi-space-size=4", "--max-old-space-size=256", "--no-flush-bytecode", "main.js"]
CMD []
