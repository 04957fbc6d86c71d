package config

import (
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// CredentialSource says where a credential is stored. It contains no secret.
type CredentialSource struct {
	// Kind is a kind of package objects.
	Kind string
	// Origin is where the source was configured.
	Origin origin.Origin
	// Secret is where a password is stored, or the password of a certificate file. It is
	// nil if there is none.
	Secret *secrets.Source
	// Path of a certificate or federated token.
	Path string
}

// credentialSource chooses the credential. Flags win over the environment, and that over
// the profile. Two credentials on the command line are an error.
func credentialSource(flags Flags, env Env, name string, p *Profile, file *File) (*CredentialSource, error) {
	if s, err := fromFlags(flags, env); s != nil || err != nil {
		return s, err
	}
	if s := fromEnv(env); s != nil {
		return s, nil
	}
	return fromProfile(env, name, p, file), nil
}

// atPath returns a source in a file: for a password the secret itself.
func atPath(kind, path string, at origin.Origin, password *secrets.Source) *CredentialSource {
	switch kind {
	case objects.Password:
		return &CredentialSource{Kind: kind, Origin: at, Secret: &secrets.Source{File: path}}
	case objects.Federated:
		password = nil
	}
	return &CredentialSource{Kind: kind, Origin: at, Path: path, Secret: password}
}

func fromFlags(flags Flags, env Env) (found *CredentialSource, err error) {
	for _, f := range []struct{ name, kind string }{
		{"client-secret-file", objects.Password}, {"certificate", objects.Certificate}, {"federated-token-file", objects.Federated},
	} {
		path, ok := flags[f.name]
		if !ok {
			continue
		}
		if found != nil {
			return nil, fail.Usage(msg.New("more than one credential was given on the command line"),
				msg.New("use only one of --client-secret-file, --certificate and --federated-token-file"))
		}
		at := origin.Origin{Place: origin.Flag, Name: "--" + f.name, Kept: new(secrets.Source{File: path}.Origin())}
		found = atPath(f.kind, path, at, certificatePassword(env, nil))
		if path == "" {
			err = fail.Usage(msg.New("%s requires a path", the(at)))
		}
	}
	return found, err
}

// fromEnv uses the order of Microsoft's identity libraries: secret, certificate, federated
// token. An empty secret only counts if nothing else is set. It may be a variable that was
// not passed on.
func fromEnv(env Env) *CredentialSource {
	at := func(name string) origin.Origin { return origin.Origin{Place: origin.Environment, Name: name} }
	const secretName, certificateName, tokenName = "AZURE_CLIENT_SECRET", "AZURE_CLIENT_CERTIFICATE_PATH", "AZURE_FEDERATED_TOKEN_FILE"
	secret, set := env(secretName)
	certificate, _ := env(certificateName)
	token, _ := env(tokenName)
	switch {
	case secret == "" && certificate != "":
		return atPath(objects.Certificate, certificate, at(certificateName), certificatePassword(env, nil))
	case secret == "" && token != "":
		return atPath(objects.Federated, token, at(tokenName), nil)
	case set:
		return &CredentialSource{Kind: objects.Password, Origin: at(secretName), Secret: &secrets.Source{Env: secretName}}
	}
	return nil
}

func fromProfile(env Env, name string, p *Profile, file *File) *CredentialSource {
	at := func(s secrets.Source) origin.Origin {
		return origin.Origin{Place: origin.Profile, Name: name, Kept: new(s.Origin())}
	}
	kind, path := objects.Certificate, p.Certificate
	switch {
	case p.ClientSecret != nil:
		source := file.resolve(*p.ClientSecret)
		return &CredentialSource{Kind: objects.Password, Origin: at(source), Secret: &source}
	case path == "":
		kind, path = objects.Federated, p.FederatedTokenFile
	}
	if path == "" {
		return nil
	}
	path = file.resolvePath(path)
	return atPath(kind, path, at(secrets.Source{File: path}), certificatePassword(env, p.CertificatePassword))
}

func certificatePassword(env Env, configured *secrets.Source) *secrets.Source {
	if v, ok := env("AZURE_CLIENT_CERTIFICATE_PASSWORD"); ok && v != "" {
		return &secrets.Source{Env: "AZURE_CLIENT_CERTIFICATE_PASSWORD"}
	}
	return configured
}
