# One image for the three roles: `serve webhook`, `serve controller`, `serve aggregator`.

FROM golang:1.26 AS cue
WORKDIR /cue
COPY src/topology/cue/ ./
RUN GOOS=wasip1 GOARCH=wasm go build -trimpath -buildmode=c-shared -buildvcs=false -ldflags='-s -w' -o /cue.wasm .

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY src ./src
COPY deploy/build.ts ./deploy/
RUN npm run build

FROM node:24-slim
WORKDIR /app
COPY --from=build /app/dist ./dist
COPY --from=cue /cue.wasm ./dist/lib/cue.wasm
# As in deploy/mooring.yaml: memory that is freed goes back to the system.
ENV MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=131072 MALLOC_TRIM_THRESHOLD_=131072
USER 65532
ENTRYPOINT ["node", "dist/mooring.js"]
