package workload

import (
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// githubIssuer signs the tokens of GitHub Actions on github.com (GitHub's
// documentation of OpenID Connect). A server of one's own has another.
const githubIssuer = "https://token.actions.githubusercontent.com"

// githubForm is OWNER/REPO, with or without IDs, and what may follow.
var githubForm = lazyregexp.New(`^([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?/([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?(?::(.+))?$`)

// GitHub is a repository whose workflows ask for tokens, written as
// OWNER/REPO[:environment:NAME|:ref:REF|:pull_request]. The IDs of owner and repository
// may be given as GitHub writes them: OWNER@ID/REPO@ID. An empty issuer is github.com's;
// the client is gh.
func GitHub(text, issuer string, client program.Client) (Source, error) {
	m := githubForm().FindStringSubmatch(text)
	if m == nil || (m[2] == "") != (m[4] == "") {
		return nil, githubUsage()
	}
	g := github{owner: m[1], ownerID: m[2], repository: m[3], repositoryID: m[4], context: m[5], issuer: issuer, client: client}
	kind, name, _ := strings.Cut(g.context, ":")
	switch {
	case g.context == "" || g.context == "pull_request":
	case kind == "environment" && name != "":
		// GitHub writes colons within the name like this (its documentation).
		g.context = "environment:" + strings.ReplaceAll(name, ":", "%3A")
	case kind == "ref" && strings.HasPrefix(name, "refs/"):
	case kind == "ref":
		return nil, fail.Usage(msg.New("write the full ref, such as %s", ":ref:refs/heads/main"))
	default:
		return nil, githubUsage()
	}
	return g, nil
}

func githubUsage() error {
	return fail.Usage(msg.New("--github needs a repository, and the environment, ref or event that requests tokens"),
		msg.New("for example %s, %s or %s", "--github contoso/sync:environment:production", "--github contoso/sync:ref:refs/heads/main", "--github contoso/sync:pull_request"))
}

// subject is what a token says. With IDs it is the form that repositories have which
// were created, renamed or transferred since 15 July 2026, without them the older one.
func (g github) subject(withIDs bool) string {
	if withIDs {
		return "repo:" + g.owner + "@" + g.ownerID + "/" + g.repository + "@" + g.repositoryID + ":" + g.context
	}
	return "repo:" + g.owner + "/" + g.repository + ":" + g.context
}

// kubeName is a name of Kubernetes (RFC 1123).
var kubeName = lazyregexp.New(`^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$`)

// Kubernetes is a service account, written as [CONTEXT/]NAMESPACE/SERVICEACCOUNT. An
// empty issuer is asked of the cluster; the client is kubectl.
func Kubernetes(text, issuer string, client program.Client) (Source, error) {
	parts := strings.Split(text, "/")
	n := len(parts)
	if n < 2 || !kubeName().MatchString(parts[n-2]) || !kubeName().MatchString(parts[n-1]) {
		return nil, kubernetesUsage()
	}
	k := kubernetes{namespace: parts[n-2], account: parts[n-1], context: strings.Join(parts[:n-2], "/"), issuer: issuer, client: client}
	if strings.HasPrefix(k.context, "-") {
		return nil, kubernetesUsage()
	}
	return k, nil
}

func kubernetesUsage() error {
	return fail.Usage(msg.New("--kubernetes needs a namespace and a service account"), msg.New("for example: %s", "--kubernetes production/mailstore"))
}

// subject is what a token of the service account says (documentation of Kubernetes).
func (k kubernetes) subject() string {
	return "system:serviceaccount:" + k.namespace + ":" + k.account
}

// devopsName is a name of Azure DevOps as far as it can be in a subject.
var devopsName = lazyregexp.New(`^[A-Za-z0-9_][^/"\\]*$`)

// Pipelines is a service connection of Azure Pipelines, written as
// ORG/PROJECT/CONNECTION. An empty issuer is asked of Azure DevOps; the client is az,
// with its extension azure-devops.
func Pipelines(text, issuer string, client program.Client) (Source, error) {
	parts := strings.Split(text, "/")
	for _, p := range parts {
		if len(parts) != 3 || !devopsName().MatchString(p) {
			return nil, fail.Usage(msg.New("--azure-pipelines needs an organization, a project and a service connection"),
				msg.New("for example: %s", "--azure-pipelines contoso/Sync/production"))
		}
	}
	return pipelines{organization: parts[0], project: parts[1], connection: parts[2], issuer: issuer, client: client}, nil
}

// olderIssuer begins the issuer of connections that were made before Entra became
// their issuer; the ID of the organization follows.
const olderIssuer = "https://vstoken.dev.azure.com/"

// subject is what a token of the connection says by the older issuer, empty for any
// other: what Entra's says is made by Azure DevOps, and shown with the connection.
func (p pipelines) subject(issuer string) string {
	if !strings.HasPrefix(issuer, olderIssuer) {
		return ""
	}
	return "sc://" + p.organization + "/" + p.project + "/" + p.connection
}
