package config

import (
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/objects"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/secrets"
)

// CredentialSource says where a credential is to be read from. It holds no
// secret.
type CredentialSource struct {
	// Kind is a kind of package objects.
	Kind string
	// Origin is where the source was configured.
	Origin origin.Origin
	// Secret is where a password is kept, or the password of a PFX file (nil
	// where there is none).
	Secret *secrets.Source
	// Path of a certificate or federated token.
	Path string
}

// credentialSource picks the credential. A level (flags, environment, profile)
// that names one wins over the levels below; two on the command line contradict
// each other.
func credentialSource(flags Flags, env Env, name string, p *Profile, file *File) (*CredentialSource, error) {
	if s, err := fromFlags(flags, env); s != nil || err != nil {
		return s, err
	}
	if s := fromEnv(env); s != nil {
		return s, nil
	}
	return fromProfile(env, name, p, file), nil
}

func fromFlags(flags Flags, env Env) (*CredentialSource, error) {
	var found []*CredentialSource
	if path, ok := flags["client-secret-file"]; ok {
		found = append(found, &CredentialSource{Kind: objects.Password, Origin: inFlag("--client-secret-file", path), Secret: &secrets.Source{File: path}})
	}
	if path, ok := flags["certificate"]; ok {
		found = append(found, &CredentialSource{Kind: objects.Certificate, Origin: inFlag("--certificate", path), Path: path, Secret: certificatePassword(env, nil)})
	}
	if path, ok := flags["federated-token-file"]; ok {
		found = append(found, &CredentialSource{Kind: objects.Federated, Origin: inFlag("--federated-token-file", path), Path: path})
	}
	switch len(found) {
	case 0:
		return nil, nil
	case 1:
		if found[0].Path == "" && found[0].Secret != nil && found[0].Secret.File == "" {
			return nil, fail.Usage(msg.New("%s requires a path", the(found[0].Origin)))
		}
		return found[0], nil
	}
	return nil, fail.Usage(msg.New("more than one credential was given on the command line"),
		msg.New("use only one of --client-secret-file, --certificate and --federated-token-file"))
}

func inFlag(flag, path string) origin.Origin {
	return origin.Origin{Place: origin.Flag, Name: flag, Kept: new(secrets.Source{File: path}.Origin())}
}

func inEnvironment(name string) origin.Origin {
	return origin.Origin{Place: origin.Environment, Name: name}
}

// fromEnv follows the order of Microsoft's own identity libraries: secret,
// certificate, federated token. An empty secret counts only where nothing else
// is set: it is how a variable that was not passed on looks.
func fromEnv(env Env) *CredentialSource {
	secret, secretSet := env("AZURE_CLIENT_SECRET")
	if secret != "" {
		return envSecret()
	}
	if path, _ := env("AZURE_CLIENT_CERTIFICATE_PATH"); path != "" {
		return &CredentialSource{Kind: objects.Certificate, Origin: inEnvironment("AZURE_CLIENT_CERTIFICATE_PATH"), Path: path, Secret: certificatePassword(env, nil)}
	}
	if path, _ := env("AZURE_FEDERATED_TOKEN_FILE"); path != "" {
		return &CredentialSource{Kind: objects.Federated, Origin: inEnvironment("AZURE_FEDERATED_TOKEN_FILE"), Path: path}
	}
	if secretSet {
		return envSecret()
	}
	return nil
}

func envSecret() *CredentialSource {
	return &CredentialSource{Kind: objects.Password, Origin: inEnvironment("AZURE_CLIENT_SECRET"), Secret: &secrets.Source{Env: "AZURE_CLIENT_SECRET"}}
}

func fromProfile(env Env, name string, p *Profile, file *File) *CredentialSource {
	kept := func(s secrets.Source) origin.Origin {
		return origin.Origin{Place: origin.Profile, Name: name, Kept: new(s.Origin())}
	}
	switch {
	case p.ClientSecret != nil:
		ref := *p.ClientSecret
		if ref.File != "" && ref.File != secrets.Stdin {
			ref.File = file.resolvePath(ref.File)
		}
		return &CredentialSource{Kind: objects.Password, Origin: kept(ref), Secret: &ref}
	case p.Certificate != "":
		path := file.resolvePath(p.Certificate)
		return &CredentialSource{Kind: objects.Certificate, Origin: kept(secrets.Source{File: path}), Path: path, Secret: certificatePassword(env, p.CertificatePassword)}
	case p.FederatedTokenFile != "":
		path := file.resolvePath(p.FederatedTokenFile)
		return &CredentialSource{Kind: objects.Federated, Origin: kept(secrets.Source{File: path}), Path: path}
	}
	return nil
}

func certificatePassword(env Env, ref *secrets.Source) *secrets.Source {
	if v, ok := env("AZURE_CLIENT_CERTIFICATE_PASSWORD"); ok && v != "" {
		return &secrets.Source{Env: "AZURE_CLIENT_CERTIFICATE_PASSWORD"}
	}
	return ref
}
