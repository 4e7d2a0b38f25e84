// The admission webhook that the benchmark compares with mooring, on controller-runtime. It does the part of the job that every
// such webhook has: stamps, lifecycle defaults and the check of the schema. It evaluates no rule, and of the hub it reads at most
// one object: the Environment or WorkloadProfile whose ref has changed.
package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"

	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

func main() {
	port := flag.Int("port", 0, "the port on 127.0.0.1")
	certificates := flag.String("certificates", "", "the folder with tls.crt and tls.key")
	kubeconfig := flag.String("kubeconfig", "", "the API server for live reads")
	flag.Parse()
	log.SetOutput(io.Discard) // wrk first connects without a TLS handshake, which net/http logs
	if err := serve(*port, *certificates, *kubeconfig); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(port int, certificates, kubeconfig string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	config.QPS = -1 // no limit
	hub, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	server := webhook.NewServer(webhook.Options{
		Host:    "127.0.0.1",
		Port:    port,
		CertDir: certificates,
		TLSOpts: []func(*tls.Config){func(c *tls.Config) { c.NextProtos = []string{"http/1.1"} }},
	})
	server.Register("/mutate", &webhook.Admission{Handler: &mutator{hub}})
	server.Register("/validate", &webhook.Admission{Handler: &validator{hub}})
	return server.Start(context.Background())
}

// mutator stamps an object and adds defaults.
type mutator struct{ hub client.Reader }

func (m *mutator) Handle(ctx context.Context, request admission.Request) admission.Response {
	switch request.Kind.Kind {
	case "Environment":
		var object, old Environment
		if err := decode(request, &object, &old); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		object.addFinalizer()
		object.addDefaults()
		if err := object.stamp(&old); err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		return patch(request, &object)
	case "WorkloadDeployment":
		var object, old WorkloadDeployment
		if err := decode(request, &object, &old); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		object.addFinalizer()
		if err := object.stamp(ctx, m.hub, &old); err != nil {
			return admission.Errored(http.StatusInternalServerError, err)
		}
		return patch(request, &object)
	}
	return admission.Errored(http.StatusBadRequest, fmt.Errorf("unknown kind %s", request.Kind.Kind))
}

// validator checks the schema, and that a changed ref leads to an object.
type validator struct{ hub client.Reader }

func (v *validator) Handle(ctx context.Context, request admission.Request) admission.Response {
	var problems []string
	switch request.Kind.Kind {
	case "Environment":
		var object, old Environment
		if err := decode(request, &object, &old); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		problems = object.problems()
	case "WorkloadDeployment":
		var object, old WorkloadDeployment
		if err := decode(request, &object, &old); err != nil {
			return admission.Errored(http.StatusBadRequest, err)
		}
		problems = object.problems()
		for _, ref := range changedRefs(&object, &old) {
			if _, err := ref.read(ctx, v.hub, object.Namespace); err != nil {
				problems = append(problems, err.Error())
			}
		}
	default:
		return admission.Errored(http.StatusBadRequest, fmt.Errorf("unknown kind %s", request.Kind.Kind))
	}
	if len(problems) > 0 {
		return admission.Denied(fmt.Sprint(problems))
	}
	return admission.Allowed("")
}

func decode(request admission.Request, object, old any) error {
	if err := strictly(request.Object.Raw, object); err != nil {
		return err
	}
	if len(request.OldObject.Raw) == 0 {
		return nil
	}
	return json.Unmarshal(request.OldObject.Raw, old)
}

func patch(request admission.Request, object any) admission.Response {
	after, err := json.Marshal(object)
	if err != nil {
		return admission.Errored(http.StatusInternalServerError, err)
	}
	return admission.PatchResponseFromRaw(request.Object.Raw, after)
}
