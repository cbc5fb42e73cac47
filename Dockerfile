# The command line for clusters, from a clone: docker build -t glassy-motifs . ; docker run --rm -v "$PWD:/work" glassy-motifs --help
FROM node:24-slim AS build
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npm run --silent build && npm pack --silent --pack-destination /tmp

FROM node:24-slim
COPY --from=build /tmp/glassy-motifs-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/glassy-motifs-*.tgz && rm /tmp/glassy-motifs-*.tgz
WORKDIR /work
ENTRYPOINT ["glassy-motifs"]
