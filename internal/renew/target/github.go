package target

import (
	"context"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// githubSecret is a secret of GitHub Actions, in a repository or one of its environments.
// It is written with gh. GitHub does not return the values of secrets.
type githubSecret struct {
	place
	program.Client
	// environment is empty for a secret of the repository.
	repository, environment, secret string
}

var githubName = lazyregexp.New(`^[A-Za-z0-9_.][A-Za-z0-9_.-]*$`)

func newGitHub(rest string, d Deps) (Target, error) {
	where, name, ok := cutName(rest, variable)
	parts := append(strings.SplitN(where, "/", 3), "", "")
	environment, within := parts[2], strings.Count(where, "/") > 1
	if !ok || !matchAll(githubName, parts[:2]...) || within && (environment == "" || environment[0] == '-') {
		return nil, fail.Usage(msg.New("the target github needs a repository and the name of a secret"),
			msg.New("for example: %s, or for an environment: %s", "--to github:contoso/sync#AZURE_CLIENT_SECRET", "--to github:contoso/sync/production#AZURE_CLIENT_SECRET"))
	}
	a := &githubSecret{newPlace("github:" + rest), program.Client{Name: "gh", Environ: d.Environ}, parts[0] + "/" + parts[1], environment, name}
	a.next = msg.New("The next workflow run uses the new value; a run in progress keeps the old one.")
	return a, nil
}

// Check reads the key for encrypting secrets. That needs the same permission as writing a
// secret (GitHub REST API, "Get a repository public key").
func (a *githubSecret) Check(ctx context.Context) error {
	path := "/actions"
	if a.environment != "" {
		path = "/environments/" + url.PathEscape(a.environment)
	}
	_, err := a.Ask(ctx, "api", "--silent", "repos/"+a.repository+path+"/secrets/public-key")
	return a.failure(err)
}

func (a *githubSecret) Store(ctx context.Context, s Secret) error {
	args := []string{"secret", "set", a.secret, "--repo=" + a.repository}
	if a.environment != "" {
		args = append(args, "--env="+a.environment)
	}
	return a.give(ctx, a.Client, s.Value, args...)
}
