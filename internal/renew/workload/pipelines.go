package workload

import (
	"context"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// pipelines is a service connection of Azure Pipelines. Azure DevOps decides its issuer and
// subject, and shows both in its settings.
type pipelines struct {
	organization, project, connection string
	// issuer is empty if Azure DevOps has to be asked.
	issuer string
	client program.Client
}

// devopsName matches the names in Azure DevOps that can be part of a subject.
var devopsName = lazyregexp.New(`^[A-Za-z0-9_][^/"\\]*$`)

// Pipelines returns a service connection. text is ORG/PROJECT/CONNECTION. If issuer is
// empty, Azure DevOps is asked. client is az with its extension azure-devops. The error is
// a *fail.Error.
func Pipelines(text, issuer string, client program.Client) (Source, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 || slices.ContainsFunc(parts, func(p string) bool { return !devopsName().MatchString(p) }) {
		return nil, fail.Usage(msg.New("--azure-pipelines needs an organization, a project and a service connection"),
			msg.New("for example: %s", "--azure-pipelines contoso/Sync/production"))
	}
	return pipelines{parts[0], parts[1], parts[2], issuer, client}, nil
}

// endpoint is a service connection as az prints it.
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
	if p.issuer != "" {
		subject := p.subject(p.issuer)
		if subject == "" {
			return Found{}, fail.Usage(msg.New("for the issuer %s, Azure DevOps creates the subject", p.issuer), wherePipelinesShow())
		}
		return p.found(federation.Pair{Issuer: p.issuer, Subject: subject}), nil
	}
	var list []endpoint
	err := askJSON(ctx, p.client, &list, "devops", "service-endpoint", "list", "--organization=https://dev.azure.com/"+p.organization,
		"--project="+p.project, "--output=json", "--only-show-errors")
	if err != nil {
		return Found{}, fail.Unknown(msg.New("the service connection could not be read: %s", msg.Of(err)), wherePipelinesShow())
	}
	i := slices.IndexFunc(list, func(e endpoint) bool { return strings.EqualFold(e.Name, p.connection) })
	if i < 0 {
		return Found{}, fail.Usage(msg.New("the project has no service connection %s", p.connection))
	}
	sent := federation.Pair{Issuer: list[i].Authorization.Parameters.Issuer, Subject: list[i].Authorization.Parameters.Subject}
	if sent.Issuer == "" || sent.Subject == "" {
		return Found{}, fail.Usage(msg.New("the service connection %s has no issuer and subject; it signs in with %s", p.connection, list[i].Authorization.Scheme),
			msg.New("start converting it to workload identity federation in Azure DevOps, without finishing, to see both; then give them with --issuer and --subject"))
	}
	return p.found(sent, msg.New("The issuer and subject were read from the service connection in Azure DevOps.")), nil
}

func (p pipelines) found(sent federation.Pair, notes ...msg.Text) Found {
	if p.subject(sent.Issuer) != "" {
		notes = append(notes, msg.New("Azure DevOps is replacing this issuer with Entra's. A converted connection sends a different subject, which is shown in its settings: run this again then."))
	}
	return Found{Pairs: []federation.Pair{sent}, Notes: notes, Next: func(string, string) []result.Remedy {
		return []result.Remedy{result.Advice(msg.New("Verify the service connection in Azure DevOps, and run a pipeline that uses it."))}
	}}
}

func wherePipelinesShow() msg.Text {
	return msg.New("Azure DevOps shows the issuer and subject identifier of the service connection; give them with --issuer and --subject")
}

// olderIssuer is the start of the issuer of older connections. The ID of the organization
// follows. Newer connections have an issuer of Entra.
const olderIssuer = "https://vstoken.dev.azure.com/"

// subject returns the subject for an older issuer. For others it is empty, because only
// Azure DevOps knows it.
func (p pipelines) subject(issuer string) string {
	if !strings.HasPrefix(issuer, olderIssuer) {
		return ""
	}
	return "sc://" + p.organization + "/" + p.project + "/" + p.connection
}
