package workload

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// kubernetes is a service account in a cluster.
type kubernetes struct {
	// context is a context of kubectl. Empty is the current one.
	context            string
	namespace, account string
	// issuer is empty if the cluster has to be asked.
	issuer string
	client program.Client
}

// kubeName matches names in Kubernetes (RFC 1123).
var kubeName = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// Kubernetes returns a service account. text is [CONTEXT/]NAMESPACE/SERVICEACCOUNT. If
// issuer is empty, the cluster is asked. client is kubectl. The error is a *fail.Error.
func Kubernetes(text, issuer string, client program.Client) (Source, error) {
	parts := strings.Split(text, "/")
	n := len(parts)
	if n < 2 || !kubeName().MatchString(parts[n-2]) || !kubeName().MatchString(parts[n-1]) || strings.HasPrefix(text, "-") {
		return nil, fail.Usage(msg.New("--kubernetes needs a namespace and a service account"), msg.New("for example: %s", "--kubernetes production/mailstore"))
	}
	return kubernetes{strings.Join(parts[:n-2], "/"), parts[n-2], parts[n-1], issuer, client}, nil
}

// Find implements Source. The form of the subject is that in the documentation of
// Kubernetes.
func (k kubernetes) Find(ctx context.Context) (Found, error) {
	f := Found{Next: k.next}
	if k.issuer == "" {
		var discovery struct{ Issuer string }
		err := askJSON(ctx, k.client, &discovery, k.in("get", "--raw=/.well-known/openid-configuration")...)
		if err == nil && discovery.Issuer == "" {
			err = unexpected(k.client.Name)
		}
		if err != nil {
			return f, fail.Unknown(msg.New("the cluster's issuer could not be read: %s", msg.Of(err)), msg.New("give it with --issuer; a trailing slash matters"))
		}
		k.issuer = discovery.Issuer
		f.Notes = append(f.Notes, msg.New("The cluster says that its issuer is %s.", k.issuer))
	}
	f.Pairs = []federation.Pair{{Issuer: k.issuer, Subject: "system:serviceaccount:" + k.namespace + ":" + k.account}}
	return f, nil
}

func (k kubernetes) in(words ...string) []string {
	if k.context != "" {
		words = append(words, "--context="+k.context)
	}
	return words
}

func (k kubernetes) next(audience, appID string) []result.Remedy {
	return []result.Remedy{
		{Title: msg.New("Give the pods the label azure.workload.identity/use: \"true\", and annotate the service account with the client ID:"),
			Commands: result.Typed(append(k.in("kubectl", "annotate", "serviceaccount", k.account, "azure.workload.identity/client-id="+appID), "--namespace="+k.namespace)...)},
		{Title: msg.New("To test the credential with --from-token, create a token with the audience %s:", audience),
			Commands: result.Typed(append(k.in("kubectl", "create", "token", k.account, "--audience="+audience), "--namespace="+k.namespace)...)},
	}
}
