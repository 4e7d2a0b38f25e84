#!/usr/bin/env bash
# A hub and two spokes in Docker, with the real Open Cluster Management, and mooring built from this checkout.
# Needs docker, go, kubectl and clusteradm (https://open-cluster-management.io, "Quick start").
set -euo pipefail
cd "$(dirname "$0")"

for tool in docker go kubectl clusteradm; do
  command -v "$tool" >/dev/null || { echo "up.sh: $tool is missing" >&2; exit 2; }
done
kind() { go tool kind "$@"; }
image=mooring:0.1.0

for cluster in hub spoke1 spoke2; do
  kind get clusters | grep -qx "mooring-$cluster" || kind create cluster --name "mooring-$cluster"
done

hub=(--context kind-mooring-hub)
clusteradm init --wait "${hub[@]}"
# ManifestWorkReplicaSet is a feature gate of the work manager. It is disabled by default.
kubectl "${hub[@]}" patch clustermanager cluster-manager --type merge \
  -p '{"spec":{"workConfiguration":{"featureGates":[{"feature":"ManifestWorkReplicaSet","mode":"Enable"}]}}}'
join=$(clusteradm get token "${hub[@]}" | grep '^clusteradm join')
for spoke in spoke1 spoke2; do
  # shellcheck disable=SC2086 # the printed command must be split into words
  ${join/<cluster_name>/$spoke} --context "kind-mooring-$spoke" --force-internal-endpoint-lookup --wait
  kubectl --context "kind-mooring-$spoke" apply --server-side -f ../spoke
done
clusteradm accept --clusters spoke1,spoke2 --wait "${hub[@]}"

docker build -t "$image" ../..
kind load docker-image "$image" --name mooring-hub
kubectl "${hub[@]}" apply --server-side -f ../crds
kubectl "${hub[@]}" apply --server-side -f ../system-namespace.yaml -f ../mooring.yaml -f ../rbac.yaml -f ../hub-namespace.yaml
kubectl "${hub[@]}" -n mooring-system rollout status deployment --timeout 180s
kubectl "${hub[@]}" apply --server-side -f ../policies.yaml -f ../webhooks.yaml

echo "The hub is ready. Use it: kubectl config use-context kind-mooring-hub"
echo "Stop: go tool kind delete clusters mooring-hub mooring-spoke1 mooring-spoke2   (in deploy/kind)"
