package target

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// actions is a secret of GitHub Actions, of a repository or of one of its
// environments, written by gh. GitHub gives no secret back.
type actions struct {
	oneWay
	program.Client
	repository, environment, secret string
	mayHold                         bool
}

// Names of GitHub: of owners and repositories, and of secrets.
var (
	githubName   = lazyregexp.New(`^[A-Za-z0-9_.][A-Za-z0-9_.-]*$`)
	githubSecret = lazyregexp.New(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

func newGitHub(rest string, d Deps) (Target, error) {
	at := strings.LastIndexByte(rest, '#')
	if at < 0 {
		return nil, githubUsage()
	}
	parts := strings.SplitN(rest[:at], "/", 3)
	if len(parts) < 2 || !githubName().MatchString(parts[0]) || !githubName().MatchString(parts[1]) || !githubSecret().MatchString(rest[at+1:]) {
		return nil, githubUsage()
	}
	a := &actions{Client: program.Client{Name: "gh", Environ: d.Environ}, repository: parts[0] + "/" + parts[1], secret: rest[at+1:]}
	if len(parts) == 3 {
		if parts[2] == "" || parts[2][0] == '-' {
			return nil, githubUsage()
		}
		a.environment = parts[2]
	}
	return a, nil
}

func githubUsage() error {
	return fail.Usage(msg.New("the target github needs a repository and the name of a secret"),
		msg.New("for example: %s, or for an environment: %s", "--to github:contoso/sync#AZURE_CLIENT_SECRET", "--to github:contoso/sync/production#AZURE_CLIENT_SECRET"))
}

func (a *actions) Spec() string {
	place := a.repository
	if a.environment != "" {
		place += "/" + a.environment
	}
	return "github:" + place + "#" + a.secret
}
func (a *actions) Format(s fmt.State, _ rune) { spell(s, a) }

// Check asks for the key that secrets are encrypted with, which needs the same
// right as writing one (GitHub REST API, "Get a repository public key").
func (a *actions) Check(ctx context.Context) error {
	path := "repos/" + a.repository + "/actions/secrets/public-key"
	if a.environment != "" {
		path = "repos/" + a.repository + "/environments/" + url.PathEscape(a.environment) + "/secrets/public-key"
	}
	_, err := a.Ask(ctx, "api", "--silent", path)
	return failure(a, err)
}

func (a *actions) Store(ctx context.Context, s Secret) error {
	args := []string{"secret", "set", a.secret, "--repo=" + a.repository}
	if a.environment != "" {
		args = append(args, "--env="+a.environment)
	}
	_, taken, err := a.Give(ctx, s.Value.Reveal(), nil, args...)
	a.mayHold = taken
	if err == nil && !taken {
		err = msg.Error(msg.New("the program exited without reading the value from its standard input"))
	}
	return failure(a, err)
}

// Undo has no former value to put back.
func (a *actions) Undo(context.Context) error { return untaken(a, a.mayHold) }

// Next implements Target.
func (a *actions) Next() msg.Text {
	return msg.New("The next workflow run uses the new value; a run in progress keeps the old one.")
}
