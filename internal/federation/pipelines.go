package federation

import (
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// Pipelines is a service connection of Azure Pipelines.
type Pipelines struct{ Organization, Project, Connection string }

// devopsName is a name of Azure DevOps as far as it can stand in a subject.
var devopsName = lazyregexp.New(`^[A-Za-z0-9_][^/"\\]*$`)

// ParsePipelines reads ORG/PROJECT/CONNECTION.
func ParsePipelines(text string) (Pipelines, error) {
	parts := strings.Split(text, "/")
	for _, p := range parts {
		if len(parts) != 3 || !devopsName().MatchString(p) {
			return Pipelines{}, fail.Usage(msg.New("--azure-pipelines needs an organization, a project and a service connection"),
				msg.New("for example: %s", "--azure-pipelines contoso/Sync/production"))
		}
	}
	return Pipelines{parts[0], parts[1], parts[2]}, nil
}

// olderIssuer begins the issuer of connections that were made before Entra became
// their issuer; the ID of the organization follows.
const olderIssuer = "https://vstoken.dev.azure.com/"

// Subject is what a token of the connection says by the older issuer, empty for any
// other: what Entra's says is made by Azure DevOps, and shown with the connection.
func (p Pipelines) Subject(issuer string) string {
	if !strings.HasPrefix(issuer, olderIssuer) {
		return ""
	}
	return "sc://" + p.Organization + "/" + p.Project + "/" + p.Connection
}
