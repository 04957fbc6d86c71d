package target

import (
	"context"

	"github.com/spcheck/spcheck/internal/commandline"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/lazyregexp"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/program"
)

// dockerSecret is a secret of a Docker swarm. Docker can neither change it nor return its
// value, so each renewal creates a new one with the time in its name.
type dockerSecret struct {
	place
	program.Client
	name, version string
}

var swarmName = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,46}$`)

func newDockerSecret(name string, d Deps) (Target, error) {
	if !swarmName().MatchString(name) {
		return nil, fail.Usage(msg.New("the target docker-secret needs the name of a secret of at most 47 characters"),
			msg.New("for example: %s", "--to docker-secret:mailstore-client-secret"))
	}
	s := &dockerSecret{newPlace("docker-secret:" + name), program.Client{Name: "docker", Environ: d.Environ}, name, name + "-" + stamp(d)}
	s.next = msg.New("Make the service use the new secret: %s",
		commandline.Words{"docker", "service", "update", "--secret-rm", "OLD", "--secret-add", "source=" + s.version + ",target=" + name, "SERVICE"})
	return s, nil
}

// Check lists the secrets, which needs a manager node of the swarm.
func (s *dockerSecret) Check(ctx context.Context) error {
	_, err := s.Ask(ctx, "secret", "ls", "--quiet")
	return s.failure(err)
}

func (s *dockerSecret) Store(ctx context.Context, secret Secret) error {
	return s.give(ctx, s.Client, secret.Value, "secret", "create",
		"--label=spcheck.name="+s.name, "--label=spcheck.keyId="+secret.KeyID, s.version, "-")
}

// Undo removes the new secret, which no service uses yet.
func (s *dockerSecret) Undo(ctx context.Context) error {
	if !s.touched {
		return nil
	}
	_, err := s.Ask(ctx, "secret", "rm", s.version)
	return s.failure(err)
}
