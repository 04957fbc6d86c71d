package workload

import (
	"context"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// pipelines asks az, with its extension azure-devops, what a service connection sends:
// Azure DevOps makes issuer and subject, and shows both with the connection.
type pipelines struct {
	organization, project, connection string
	// issuer is empty where Azure DevOps is to be asked.
	issuer string
	client program.Client
}

// endpoint is a service connection as az shows it.
type endpoint struct {
	Name          string `json:"name"`
	Authorization struct {
		Scheme     string `json:"scheme"`
		Parameters struct {
			Issuer  string `json:"workloadIdentityFederationIssuer"`
			Subject string `json:"workloadIdentityFederationSubject"`
		} `json:"parameters"`
	} `json:"authorization"`
}

// Find implements Source.
func (p pipelines) Find(ctx context.Context) (Found, error) {
	f := Found{Next: pipelinesNext}
	if p.issuer != "" {
		subject := p.subject(p.issuer)
		if subject == "" {
			return f, fail.Usage(msg.New("for the issuer %s, Azure DevOps creates the subject", p.issuer), p.look())
		}
		f.Pairs = []federation.Pair{{Issuer: p.issuer, Subject: subject}}
		f.Notes = append(f.Notes, msg.New("Azure DevOps is replacing this issuer with Entra's. A converted connection sends a different subject, which is shown in its settings: run this again then."))
		return f, nil
	}
	var list []endpoint
	err := answer(ctx, p.client, &list, "devops", "service-endpoint", "list", "--organization=https://dev.azure.com/"+p.organization,
		"--project="+p.project, "--output=json", "--only-show-errors")
	if err != nil {
		return f, fail.Unknown(msg.New("the service connection could not be read: %s", msg.Of(err)), p.look())
	}
	for _, e := range list {
		if strings.EqualFold(e.Name, p.connection) {
			return p.of(f, e)
		}
	}
	return f, fail.Usage(msg.New("the project has no service connection %s", p.connection))
}

func (p pipelines) of(f Found, e endpoint) (Found, error) {
	sent := federation.Pair{Issuer: e.Authorization.Parameters.Issuer, Subject: e.Authorization.Parameters.Subject}
	if sent.Issuer == "" || sent.Subject == "" {
		return f, fail.Usage(msg.New("the service connection %s has no issuer and subject; it signs in with %s", p.connection, e.Authorization.Scheme),
			msg.New("start converting it to workload identity federation in Azure DevOps, without finishing, to see both; then give them with --issuer and --subject"))
	}
	f.Pairs = []federation.Pair{sent}
	f.Notes = append(f.Notes, msg.New("The issuer and subject were read from the service connection in Azure DevOps."))
	if p.subject(sent.Issuer) != "" {
		f.Notes = append(f.Notes, msg.New("Azure DevOps is replacing this issuer with Entra's. A converted connection sends a different subject, which is shown in its settings: run this again then."))
	}
	return f, nil
}

// look says where both stand.
func (p pipelines) look() msg.Text {
	return msg.New("Azure DevOps shows the issuer and subject identifier of the service connection; give them with --issuer and --subject")
}

func pipelinesNext(string, string) []result.Remedy {
	return []result.Remedy{{Title: msg.New("Verify the service connection in Azure DevOps, and run a pipeline that uses it"), Commands: []result.Command{}}}
}
