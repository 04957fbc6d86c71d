package workload

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// Kubernetes asks the cluster for its issuer, by kubectl.
type Kubernetes struct {
	federation.Kubernetes
	// Issuer is empty where the cluster is to be asked.
	Issuer string
	Client program.Client
}

// Find implements Source.
func (k Kubernetes) Find(ctx context.Context) (Found, error) {
	f := Found{Next: k.next}
	if k.Issuer == "" {
		var discovery struct {
			Issuer string `json:"issuer"`
		}
		args := []string{"get", "--raw=/.well-known/openid-configuration"}
		if k.Context != "" {
			args = append(args, "--context="+k.Context)
		}
		err := answer(ctx, k.Client, &discovery, args...)
		if err == nil && discovery.Issuer == "" {
			err = unexpected(k.Client.Name)
		}
		if err != nil {
			return f, fail.Unknown(msg.New("the cluster's issuer could not be read: %s", msg.Of(err)), msg.New("give it with --issuer; a trailing slash counts"))
		}
		k.Issuer = discovery.Issuer
		f.Notes = append(f.Notes, msg.New("The cluster says that its issuer is %s.", k.Issuer))
	}
	f.Pairs = []federation.Pair{{Issuer: k.Issuer, Subject: k.Subject()}}
	return f, nil
}

func (k Kubernetes) next(audience, appID string) []result.Remedy {
	words := func(w ...string) []string {
		if k.Context != "" {
			w = append(w, "--context="+k.Context)
		}
		return append(w, "--namespace="+k.Namespace)
	}
	return []result.Remedy{
		{Title: msg.New("Annotate the service account with the client ID, and give its pods the label azure.workload.identity/use: \"true\""),
			Commands: result.Typed(words("kubectl", "annotate", "serviceaccount", k.Account, "azure.workload.identity/client-id="+appID)...)},
		{Title: msg.New("A token for testing the credential with --from-token; its audience is %s", audience),
			Commands: result.Typed(words("kubectl", "create", "token", k.Account, "--audience="+audience)...)},
	}
}
