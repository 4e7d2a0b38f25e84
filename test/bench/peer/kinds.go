package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"
	kjson "sigs.k8s.io/json"
)

const (
	prefix             = "spectrocloud.com/"
	finalizer          = prefix + "mooring"
	revisionAnnotation = prefix + "revision"
	hashAnnotation     = prefix + "revision-hash"
)

// Object has what all kinds have.
type Object struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Status            *runtime.RawExtension `json:"status,omitempty"`
}

func (o *Object) addFinalizer() {
	if !slices.Contains(o.Finalizers, finalizer) {
		o.Finalizers = append(o.Finalizers, finalizer)
	}
}

func (o *Object) annotate(name, value string) {
	if o.Annotations == nil {
		o.Annotations = map[string]string{}
	}
	o.Annotations[name] = value
}

// strictly decodes JSON and refuses unknown and repeated fields.
func strictly(raw []byte, into any) error {
	unknown, err := kjson.UnmarshalStrict(raw, into)
	return errors.Join(append(unknown, err)...)
}

type Environment struct {
	Object `json:",inline"`
	Spec   EnvironmentSpec `json:"spec"`
}

type EnvironmentSpec struct {
	Topology Topology `json:"topology"`
	Version  string   `json:"version,omitempty"`
	Policies []Policy `json:"policies,omitempty"`
}

type Topology struct {
	Type       string      `json:"type"`
	Properties *Properties `json:"properties,omitempty"`
}

type Policy struct {
	Name       string                `json:"name"`
	Type       string                `json:"type"`
	Properties *runtime.RawExtension `json:"properties,omitempty"`
}

// Properties are those of topology-ocm.
type Properties struct {
	HubNamespace           string                 `json:"hubNamespace,omitempty"`
	Placement              *Placement             `json:"placement,omitempty"`
	ManifestWorkReplicaSet ManifestWorkReplicaSet `json:"manifestWorkReplicaSet"`
}

type Placement struct {
	NumberOfClusters  *int32                 `json:"numberOfClusters,omitempty"`
	ClusterSets       []string               `json:"clusterSets,omitempty"`
	Predicates        []runtime.RawExtension `json:"predicates,omitempty"`
	Tolerations       []runtime.RawExtension `json:"tolerations,omitempty"`
	PrioritizerPolicy *runtime.RawExtension  `json:"prioritizerPolicy,omitempty"`
	SpreadPolicy      *runtime.RawExtension  `json:"spreadPolicy,omitempty"`
	DecisionStrategy  *runtime.RawExtension  `json:"decisionStrategy,omitempty"`
}

type ManifestWorkReplicaSet struct {
	ManifestWorkTemplate ManifestWorkTemplate  `json:"manifestWorkTemplate"`
	RolloutStrategy      *runtime.RawExtension `json:"rolloutStrategy,omitempty"`
}

type ManifestWorkTemplate struct {
	Lifecycle       Lifecycle              `json:"lifecycle"`
	ManifestConfigs []runtime.RawExtension `json:"manifestConfigs,omitempty"`
	Executor        *runtime.RawExtension  `json:"executor,omitempty"`
}

type Lifecycle struct {
	SpokeNamespace struct {
		Create *bool `json:"create,omitempty"`
		Orphan *bool `json:"orphan,omitempty"`
	} `json:"spokeNamespace"`
	Workload struct {
		Orphan *bool `json:"orphan,omitempty"`
	} `json:"workload"`
}

func (e *Environment) addDefaults() {
	if e.Spec.Topology.Type != "topology-ocm" {
		return
	}
	if e.Spec.Topology.Properties == nil {
		e.Spec.Topology.Properties = &Properties{}
	}
	lifecycle := &e.Spec.Topology.Properties.ManifestWorkReplicaSet.ManifestWorkTemplate.Lifecycle
	for field, value := range map[**bool]bool{
		&lifecycle.SpokeNamespace.Create: true,
		&lifecycle.SpokeNamespace.Orphan: false,
		&lifecycle.Workload.Orphan:       false,
	} {
		if *field == nil {
			*field = &value
		}
	}
}

// stamp numbers a new revision if the content differs from that of the old object.
func (e *Environment) stamp(old *Environment) error {
	hash, err := e.contentHash()
	if err != nil {
		return err
	}
	revision, _ := strconv.Atoi(old.Annotations[revisionAnnotation])
	before, err := old.contentHash()
	if err != nil {
		return err
	}
	if revision == 0 || before != hash {
		revision++
	}
	e.annotate(revisionAnnotation, strconv.Itoa(revision))
	e.annotate(hashAnnotation, hash)
	return nil
}

// contentHash is a hash of spec, labels and annotations without those that tools write.
func (e *Environment) contentHash() (string, error) {
	annotations := map[string]string{}
	for name, value := range e.Annotations {
		if !strings.HasPrefix(name, prefix) && !strings.HasPrefix(name, "kubectl.kubernetes.io/") {
			annotations[name] = value
		}
	}
	content, err := json.Marshal(map[string]any{"labels": e.Labels, "annotations": annotations, "spec": e.Spec})
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:]), nil
}

func (e *Environment) problems() (problems []string) {
	topology := e.Spec.Topology
	if topology.Type == "" {
		problems = append(problems, "spec.topology.type: Required value")
	}
	if topology.Type == "topology-ocm" {
		if p := topology.Properties; p == nil || p.Placement == nil {
			problems = append(problems, "spec.topology.properties.placement: Required value")
		} else if p.Placement.NumberOfClusters != nil && *p.Placement.NumberOfClusters < 0 {
			problems = append(problems, "spec.topology.properties.placement.numberOfClusters: Invalid value")
		}
	}
	for index, policy := range e.Spec.Policies {
		if policy.Name == "" || policy.Type == "" {
			problems = append(problems, fmt.Sprintf("spec.policies[%d]: name and type are required", index))
		}
	}
	return problems
}

type WorkloadDeployment struct {
	Object `json:",inline"`
	Spec   WorkloadDeploymentSpec `json:"spec"`
}

type WorkloadDeploymentSpec struct {
	Workload           WorkloadNames `json:"workload"`
	EnvironmentRef     Ref           `json:"environmentRef"`
	WorkloadProfileRef Ref           `json:"workloadProfileRef"`
}

type WorkloadNames struct {
	Name              string         `json:"name"`
	Namespace         string         `json:"namespace,omitempty"`
	Metadata          *AddedMetadata `json:"metadata,omitempty"`
	NamespaceMetadata *AddedMetadata `json:"namespaceMetadata,omitempty"`
}

type AddedMetadata struct {
	Labels      map[string]string `json:"labels,omitempty"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

type Ref struct {
	Name      string `json:"name"`
	Namespace string `json:"namespace,omitempty"`
}

// changedRef is a ref with the kind that it refers to and the annotation of its stamp.
type changedRef struct {
	Ref
	kind, annotation string
}

func changedRefs(object, old *WorkloadDeployment) (changed []changedRef) {
	if object.Spec.EnvironmentRef != old.Spec.EnvironmentRef {
		changed = append(changed, changedRef{object.Spec.EnvironmentRef, "Environment", prefix + "environment-revision"})
	}
	if object.Spec.WorkloadProfileRef != old.Spec.WorkloadProfileRef {
		changed = append(changed, changedRef{object.Spec.WorkloadProfileRef, "WorkloadProfile", prefix + "workload-profile-revision"})
	}
	return changed
}

// read gets the object live and returns what the ref means, such as `team/primary@v3`.
func (r changedRef) read(ctx context.Context, hub client.Reader, namespace string) (string, error) {
	if r.Namespace != "" {
		namespace = r.Namespace
	}
	name, _, _ := strings.Cut(r.Name, "@")
	var found metav1.PartialObjectMetadata
	found.SetGroupVersionKind(schema.GroupVersionKind{Group: "spectrocloud.com", Version: "v1beta1", Kind: r.kind})
	if err := hub.Get(ctx, client.ObjectKey{Namespace: namespace, Name: name}, &found); err != nil {
		return "", err
	}
	return fmt.Sprintf("%s/%s@v%s", namespace, name, found.Annotations[revisionAnnotation]), nil
}

func (d *WorkloadDeployment) stamp(ctx context.Context, hub client.Reader, old *WorkloadDeployment) error {
	for _, ref := range changedRefs(d, old) {
		stamp, err := ref.read(ctx, hub, d.Namespace)
		if err != nil {
			return err
		}
		d.annotate(ref.annotation, stamp)
	}
	return nil
}

func (d *WorkloadDeployment) problems() (problems []string) {
	for path, value := range map[string]string{
		"spec.workload.name":           d.Spec.Workload.Name,
		"spec.environmentRef.name":     d.Spec.EnvironmentRef.Name,
		"spec.workloadProfileRef.name": d.Spec.WorkloadProfileRef.Name,
	} {
		if value == "" {
			problems = append(problems, path+": Required value")
		}
	}
	return problems
}
