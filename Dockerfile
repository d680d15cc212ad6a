# The redirect service. Build: docker build -t nestjs-auth-redirect .
# Another base: --build-arg NODE_IMAGE=registry.example.com/node:24-bookworm-slim
ARG NODE_IMAGE=node:24-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --workspaces=false --ignore-scripts --no-audit --no-fund
COPY tsconfig.json tsconfig.cjs.json tsconfig.esm.json nest-cli.json ./
COPY tools/start-build.mjs tools/compile-pages.mjs tools/finish-build.mjs tools/
COPY views views
COPY locales locales
COPY src src
RUN npm run build

FROM ${NODE_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="nestjs-auth-redirect" \
      org.opencontainers.image.description="The service that an Auth0 login is sent to in the middle" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
# Nothing is installed any more, and what is not there needs no updates.
RUN rm -rf /usr/local/lib/node_modules /usr/local/bin/npm /usr/local/bin/npx /usr/local/bin/corepack \
      /usr/local/bin/yarn /usr/local/bin/yarnpkg /opt/yarn-*
ENV NODE_ENV=production
WORKDIR /app
# All of it belongs to root: the service writes no file and runs on a read-only file system.
COPY --from=build /app/dist/service dist/service
# A number, so that Kubernetes can see that it is not root.
USER 1000:1000
EXPOSE 3000
# No shell in between: signals reach the service, which finishes what it has begun.
ENTRYPOINT ["node", "dist/service/main.js"]
