package workload

import (
	"context"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// kubernetes asks the cluster for its issuer, by kubectl.
type kubernetes struct {
	// context is that of kubectl; empty is the current one.
	context            string
	namespace, account string
	// issuer is empty where the cluster is to be asked.
	issuer string
	client program.Client
}

// Find implements Source.
func (k kubernetes) Find(ctx context.Context) (Found, error) {
	f := Found{Next: k.next}
	if k.issuer == "" {
		var discovery struct {
			Issuer string `json:"issuer"`
		}
		args := []string{"get", "--raw=/.well-known/openid-configuration"}
		if k.context != "" {
			args = append(args, "--context="+k.context)
		}
		err := answer(ctx, k.client, &discovery, args...)
		if err == nil && discovery.Issuer == "" {
			err = unexpected(k.client.Name)
		}
		if err != nil {
			return f, fail.Unknown(msg.New("the cluster's issuer could not be read: %s", msg.Of(err)), msg.New("give it with --issuer; a trailing slash matters"))
		}
		k.issuer = discovery.Issuer
		f.Notes = append(f.Notes, msg.New("The cluster says that its issuer is %s.", k.issuer))
	}
	f.Pairs = []federation.Pair{{Issuer: k.issuer, Subject: k.subject()}}
	return f, nil
}

func (k kubernetes) next(audience, appID string) []result.Remedy {
	words := func(w ...string) []string {
		if k.context != "" {
			w = append(w, "--context="+k.context)
		}
		return append(w, "--namespace="+k.namespace)
	}
	return []result.Remedy{
		{Title: msg.New("Annotate the service account with the client ID, and give its pods the label azure.workload.identity/use: \"true\""),
			Commands: result.Typed(words("kubectl", "annotate", "serviceaccount", k.account, "azure.workload.identity/client-id="+appID)...)},
		{Title: msg.New("A token for testing the credential with --from-token; its audience is %s", audience),
			Commands: result.Typed(words("kubectl", "create", "token", k.account, "--audience="+audience)...)},
	}
}
