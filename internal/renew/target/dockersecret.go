package target

import (
	"context"
	"fmt"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// swarm is a secret of a Docker swarm. Docker neither changes secrets nor gives
// them back, so that each renewal makes one whose name ends in its time.
type swarm struct {
	oneWay
	program.Client
	name, version string
	mayHold       bool
}

var swarmName = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,46}$`)

func newDockerSecret(rest string, d Deps) (Target, error) {
	if !swarmName().MatchString(rest) {
		return nil, fail.Usage(msg.New("the target docker-secret needs the name of a secret of at most 47 characters"),
			msg.New("for example: %s", "--to docker-secret:mailstore-client-secret"))
	}
	return &swarm{Client: program.Client{Name: "docker", Environ: d.Environ}, name: rest, version: rest + "-" + stamp(d)}, nil
}

func (s *swarm) Spec() string               { return "docker-secret:" + s.name }
func (s *swarm) Format(f fmt.State, _ rune) { spell(f, s) }

// Check asks the swarm for its secrets, which only a manager answers.
func (s *swarm) Check(ctx context.Context) error {
	_, err := s.Ask(ctx, "secret", "ls", "--quiet")
	return failure(s, err)
}

func (s *swarm) Store(ctx context.Context, secret Secret) error {
	_, taken, err := s.Give(ctx, secret.Value.Reveal(), nil, "secret", "create",
		"--label=spcheck.name="+s.name, "--label=spcheck.keyId="+secret.KeyID, s.version, "-")
	s.mayHold = taken
	if err == nil && !taken {
		err = msg.Error(msg.New("the program exited without reading the value from its standard input"))
	}
	return failure(s, err)
}

// Undo removes the secret: no service uses it yet.
func (s *swarm) Undo(ctx context.Context) error {
	if !s.mayHold {
		return nil
	}
	_, err := s.Ask(ctx, "secret", "rm", s.version)
	return failure(s, err)
}

// Next implements Target.
func (s *swarm) Next() msg.Text {
	return msg.New("Make the service use the new secret: %s",
		commandline.Words{"docker", "service", "update", "--secret-rm", "OLD", "--secret-add", "source=" + s.version + ",target=" + s.name, "SERVICE"})
}
