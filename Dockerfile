# The command line in an image: docker build -t delete-conformance .
FROM node:22-alpine AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
# Packed, so that the image holds what the package holds and nothing else.
RUN npm run --silent build \
  && npm pack --ignore-scripts --silent \
  && mkdir /package \
  && tar -xzf delete-conformance-*.tgz -C /package --strip-components=1

FROM node:22-alpine AS dependencies
WORKDIR /dependencies
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:22-alpine
LABEL org.opencontainers.image.title="delete-conformance" \
  org.opencontainers.image.description="Tests a server's file deletion endpoint against its OpenAPI document" \
  org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
COPY --from=build /package /opt/delete-conformance
COPY --from=dependencies /dependencies/node_modules /opt/delete-conformance/node_modules
# Where reports go without a folder named, and the empty folder that `--out /out` asks for.
RUN mkdir /out && chown node:node /out
WORKDIR /out
USER node
ENTRYPOINT ["node", "/opt/delete-conformance/dist/cli/main.js"]
