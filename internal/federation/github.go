package federation

import (
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
)

// GitHubIssuer signs the tokens of GitHub Actions on github.com (GitHub's
// documentation of OpenID Connect). A server of one's own has another.
const GitHubIssuer = "https://token.actions.githubusercontent.com"

// GitHub is a repository whose workflows ask for tokens.
type GitHub struct {
	Owner, Repository string
	// OwnerID and RepositoryID are empty where they are not known.
	OwnerID, RepositoryID string
	// Context is what ends the subject: ref:REF, environment:NAME or pull_request;
	// empty where none was named.
	Context string
}

// githubForm is OWNER/REPO, with or without IDs, and what may follow.
var githubForm = lazyregexp.New(`^([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?/([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?(?::(.+))?$`)

// ParseGitHub reads OWNER/REPO[:environment:NAME|:ref:REF|:pull_request]. The IDs of
// owner and repository may be given as GitHub writes them: OWNER@ID/REPO@ID.
func ParseGitHub(text string) (GitHub, error) {
	m := githubForm().FindStringSubmatch(text)
	if m == nil || (m[2] == "") != (m[4] == "") {
		return GitHub{}, githubUsage()
	}
	g := GitHub{Owner: m[1], OwnerID: m[2], Repository: m[3], RepositoryID: m[4], Context: m[5]}
	kind, name, _ := strings.Cut(g.Context, ":")
	switch {
	case g.Context == "" || g.Context == "pull_request":
	case kind == "environment" && name != "":
		// GitHub writes colons within the name like this (its documentation).
		g.Context = "environment:" + strings.ReplaceAll(name, ":", "%3A")
	case kind == "ref" && strings.HasPrefix(name, "refs/"):
	case kind == "ref":
		return GitHub{}, fail.Usage(msg.New("write the full ref, such as %s", ":ref:refs/heads/main"))
	default:
		return GitHub{}, githubUsage()
	}
	return g, nil
}

func githubUsage() error {
	return fail.Usage(msg.New("--github needs a repository, and the environment, ref or event that requests tokens"),
		msg.New("for example %s, %s or %s", "--github contoso/sync:environment:production", "--github contoso/sync:ref:refs/heads/main", "--github contoso/sync:pull_request"))
}

// Subject is what a token says. With IDs it is the form that repositories have which
// were created, renamed or transferred since 15 July 2026, without them the older one.
func (g GitHub) Subject(withIDs bool) string {
	if withIDs {
		return "repo:" + g.Owner + "@" + g.OwnerID + "/" + g.Repository + "@" + g.RepositoryID + ":" + g.Context
	}
	return "repo:" + g.Owner + "/" + g.Repository + ":" + g.Context
}
