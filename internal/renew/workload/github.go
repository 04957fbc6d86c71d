package workload

import (
	"cmp"
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/federation"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
	"github.com/spcheck/spcheck/internal/result"
)

// githubIssuer is the issuer of GitHub Actions on github.com (GitHub's documentation of
// OpenID Connect). Each GitHub Enterprise Server has its own.
const githubIssuer = "https://token.actions.githubusercontent.com"

// github is a repository. Its tokens have one of two forms of subject, with or without IDs.
type github struct {
	owner, repository string
	// The IDs are empty if they are not known.
	ownerID, repositoryID string
	// context is the end of the subject: ref:REF, environment:NAME or pull_request. It may
	// be empty until Find.
	context string
	// issuer is empty for github.com.
	issuer string
	client program.Client
}

// githubForm matches OWNER/REPO, with or without IDs, and what may follow.
var githubForm = lazyregexp.New(`^([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?/([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:@(\d+))?(?::(.+))?$`)

// GitHub returns a repository whose workflows request tokens. text is
// OWNER/REPO[:environment:NAME|:ref:REF|:pull_request]. It may contain the IDs as GitHub
// writes them: OWNER@ID/REPO@ID. An empty issuer is that of github.com. client is gh. The
// error is a *fail.Error.
func GitHub(text, issuer string, client program.Client) (Source, error) {
	usage := fail.Usage(msg.New("--github needs a repository, and the environment, ref or event that requests tokens"),
		msg.New("for example %s, %s or %s", "--github contoso/sync:environment:production", "--github contoso/sync:ref:refs/heads/main", "--github contoso/sync:pull_request"))
	m := githubForm().FindStringSubmatch(text)
	if m == nil || (m[2] == "") != (m[4] == "") {
		return nil, usage
	}
	g := github{owner: m[1], ownerID: m[2], repository: m[3], repositoryID: m[4], context: m[5], issuer: issuer, client: client}
	kind, name, _ := strings.Cut(g.context, ":")
	switch {
	case g.context == "" || g.context == "pull_request":
	case kind == "environment" && name != "":
		// This is how GitHub writes colons in the name (its documentation).
		g.context = "environment:" + strings.ReplaceAll(name, ":", "%3A")
	case kind == "ref" && strings.HasPrefix(name, "refs/"):
	case kind == "ref":
		return nil, fail.Usage(msg.New("write the full ref, such as %s", ":ref:refs/heads/main"))
	default:
		return nil, usage
	}
	return g, nil
}

// subject returns the subject of a token. Repositories that were created, renamed or
// transferred since 15 July 2026 use the form with IDs, others the one without.
func (g github) subject(withIDs bool) string {
	if withIDs {
		return "repo:" + g.owner + "@" + g.ownerID + "/" + g.repository + "@" + g.repositoryID + ":" + g.context
	}
	return "repo:" + g.owner + "/" + g.repository + ":" + g.context
}

// repository is a repository in GitHub's API ("Get a repository").
type repository struct {
	ID    int64 `json:"id"`
	Owner struct {
		ID    int64  `json:"id"`
		Login string `json:"login"`
	} `json:"owner"`
	Name          string `json:"name"`
	DefaultBranch string `json:"default_branch"`
}

// template describes the subjects of a repository in GitHub's API ("Get the customization
// template for an OIDC subject claim for a repository"). The last two members are known
// from responses that other tools have recorded since 2026.
type template struct {
	UseDefault   *bool    `json:"use_default"`
	Keys         []string `json:"include_claim_keys"`
	UseImmutable *bool    `json:"use_immutable_subject"`
	Prefix       string   `json:"sub_claim_prefix"`
}

// Find implements Source.
func (g github) Find(ctx context.Context) (Found, error) {
	f := Found{Next: githubNext}
	g.issuer = cmp.Or(g.issuer, githubIssuer)
	err := g.find(ctx, &f)
	return f, err
}

func (g *github) find(ctx context.Context, f *Found) error {
	if !onGitHub(g.issuer) {
		// GitHub Enterprise Server uses no IDs, and gh may not be signed in there.
		if g.context == "" {
			return contextUsage()
		}
		g.addPairs(f, false)
		return nil
	}
	var r repository
	err := askJSON(ctx, g.client, &r, "api", "repos/"+g.owner+"/"+g.repository)
	if err == nil && (r.ID <= 0 || r.Owner.ID <= 0 || r.Owner.Login == "" || r.Name == "") {
		err = unexpected(g.client.Name)
	}
	if err != nil {
		return g.findWithoutAnswer(f, err)
	}
	g.takeNames(f, r)
	if g.context == "" {
		g.context = "ref:refs/heads/" + r.DefaultBranch
		f.Notes = append(f.Notes, msg.New("No branch, environment or event was given, so the default branch is used: %s.", r.DefaultBranch))
	}
	return g.findByTemplate(ctx, f)
}

// addPairs adds the subjects of these forms to the result.
func (g *github) addPairs(f *Found, withIDs ...bool) {
	for _, with := range withIDs {
		f.Pairs = append(f.Pairs, federation.Pair{Issuer: g.issuer, Subject: g.subject(with)})
	}
}

// takeNames replaces the names by those that GitHub returns. Letter case matters, and GitHub
// also answers under the old name of a repository.
func (g *github) takeNames(f *Found, r repository) {
	given := g.owner + "/" + g.repository
	g.owner, g.repository = r.Owner.Login, r.Name
	g.ownerID, g.repositoryID = strconv.FormatInt(r.Owner.ID, 10), strconv.FormatInt(r.ID, 10)
	if now := g.owner + "/" + g.repository; now != given {
		f.Notes = append(f.Notes, msg.New("GitHub spells the repository %s, and so do its tokens.", now))
	}
}

// findByTemplate adds the form of subject that the repository uses or, if that is not known,
// both forms.
func (g *github) findByTemplate(ctx context.Context, f *Found) error {
	var t template
	err := askJSON(ctx, g.client, &t, "api", "repos/"+g.owner+"/"+g.repository+"/actions/oidc/customization/sub")
	begins := func(withIDs bool) bool { return strings.HasPrefix(g.subject(withIDs), t.Prefix+":") }
	fromToken := msg.New("take the subject from a token: --from-token FILE, or --issuer and --subject")
	switch {
	case err == nil && t.UseDefault != nil && !*t.UseDefault && len(t.Keys) > 0:
		return fail.Usage(msg.New("the repository uses a custom form of subject, made from %s", strings.Join(t.Keys, ", ")), fromToken)
	case err == nil && t.Prefix != "" && !begins(true) && !begins(false):
		return fail.Usage(msg.New("the repository uses a custom form of subject, which starts with %s", t.Prefix), fromToken)
	case err == nil && t.Prefix != "":
		g.addPairs(f, begins(true))
	case err == nil && t.UseImmutable != nil:
		g.addPairs(f, *t.UseImmutable)
	default:
		g.addPairs(f, true, false)
		f.Notes = append(f.Notes, msg.New("It is not known whether the repository's tokens contain the IDs of owner and repository, so both forms are accepted; remove the unused one once the first job has signed in."))
	}
	return nil
}

// findWithoutAnswer adds what is known without GitHub's answer.
func (g *github) findWithoutAnswer(f *Found, err error) error {
	switch {
	case g.context == "":
		return contextUsage().Hint(msg.New("the default branch could not be read: %s", msg.Of(err)))
	case g.ownerID != "":
		g.addPairs(f, true, false)
		f.Notes = append(f.Notes, msg.New("The form of subject that the repository sends could not be read (%s), so both forms are accepted; remove the unused one once the first job has signed in.", msg.Of(err)))
		return nil
	}
	g.addPairs(f, false)
	f.Notes = append(f.Notes, msg.New("It could not be read whether the repository's tokens contain the IDs of owner and repository (%s). They do if the repository was created, renamed or transferred since 15 July 2026: if so, run this again with --github OWNER@ID/REPO@ID, or once gh is signed in.", msg.Of(err)))
	return nil
}

func contextUsage() *fail.Error {
	return fail.Usage(msg.New("no environment, ref or event of the repository was given"),
		msg.New("add %s, %s or %s to --github", ":environment:NAME", ":ref:refs/heads/BRANCH", ":pull_request"))
}

// onGitHub reports whether an issuer is that of github.com, or of an enterprise there.
func onGitHub(issuer string) bool {
	u, err := url.Parse(issuer)
	want, _ := url.Parse(githubIssuer)
	return err == nil && u.Host == want.Host
}

func githubNext(audience, _ string) []result.Remedy {
	return []result.Remedy{result.Advice(
		msg.New("Give the workflow the permission id-token: write, and have it sign in with the audience %s. azure/login does that by itself if no client secret is set.", audience))}
}
