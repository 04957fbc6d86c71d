package session

import (
	"context"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/secrets"
)

func (s *session) deps() secrets.Deps {
	return secrets.Deps{LookupEnv: s.Env, Environ: s.Environ, Stdin: s.Stdin}
}

// LoadCredential reads a credential from its configured place. Its origin is the one in
// the settings.
func LoadCredential(ctx context.Context, s *config.CredentialSource, deps secrets.Deps) (c secrets.Credential, err error) {
	switch s.Kind {
	case objects.Certificate:
		password, passwordErr := loadPassword(ctx, s.Secret, deps)
		if passwordErr != nil {
			return secrets.Credential{Origin: s.Origin}, passwordErr
		}
		c, err = secrets.LoadCertificate(ctx, s.Path, password)
	case objects.Federated:
		c, err = secrets.LoadFederatedToken(s.Path)
	default:
		c, err = s.Secret.Load(ctx, deps)
	}
	c.Origin = s.Origin
	return c, err
}

// CertificatePassword returns the password of the configured certificate file, or an
// empty value if none is configured.
func CertificatePassword(ctx context.Context, s *config.CredentialSource, deps secrets.Deps) (secrets.Value, error) {
	if s == nil || s.Kind != objects.Certificate {
		return secrets.Value{}, nil
	}
	return loadPassword(ctx, s.Secret, deps)
}

func loadPassword(ctx context.Context, ref *secrets.Source, deps secrets.Deps) (secrets.Value, error) {
	if ref == nil {
		return secrets.Value{}, nil
	}
	c, err := ref.Load(ctx, deps)
	return c.Secret, err
}

// FromStdin reports whether a credential comes from standard input, which can be read
// only once.
func FromStdin(s *config.Settings) bool {
	return s.Credential != nil && s.Credential.Secret != nil && s.Credential.Secret.File == secrets.Stdin
}
