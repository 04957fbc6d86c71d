package sandbox

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// EnvVar is an environment variable for clients.
type EnvVar struct{ Name, Value string }

// Files in the sandbox's private folder.
const (
	caFile    = "ca.pem"
	certFile  = "client.pem"
	tokenFile = "federated-token.jwt"
	// configFile contains the scenario's profiles. Their secrets are in files next to it.
	configFile = "config.yaml"
)

// Env returns the settings that clients need, in a fixed order.
func (s *Server) Env() []EnvVar { return slices.Clone(s.env) }

// writeFiles writes the files for clients to a folder that only this user can access.
func (s *Server) writeFiles() error {
	folder, err := os.MkdirTemp("", "spcheck-sandbox-") // 0700
	if err != nil {
		return fmt.Errorf("making a private folder for the sandbox: %w", err)
	}
	s.folder = folder
	files := map[string][]byte{caFile: s.ca, certFile: s.built.Client.Certificate}
	if t := s.built.Client.Token; t != nil {
		files[tokenFile] = []byte(*t)
	}
	for _, p := range s.built.Profiles {
		files[p.Name+".secret"] = []byte(p.Secret)
	}
	files[configFile] = s.profiles()
	for name, data := range files {
		if data == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			return fmt.Errorf("writing a file of the sandbox: %w", err)
		}
	}
	return nil
}

// profiles returns a config file with the scenario's profiles, nil if it has none.
func (s *Server) profiles() []byte {
	if len(s.built.Profiles) == 0 {
		return nil
	}
	text := "profiles:\n"
	for _, p := range s.built.Profiles {
		text += fmt.Sprintf("  %q: {tenant: %q, clientId: %q, clientSecret: {file: %q}, reader: self}\n", p.Name, p.Tenant, p.ClientID, p.Name+".secret")
	}
	return []byte(text)
}

func (s *Server) environment() []EnvVar {
	ca, c := filepath.Join(s.folder, caFile), s.built.Client
	env := []EnvVar{{"AZURE_AUTHORITY_HOST", cmp.Or(c.AuthorityHost, s.URL())}, {"SPCHECK_GRAPH_ENDPOINT", s.URL()}, {"SPCHECK_MANAGEMENT_ENDPOINT", s.URL()}}
	if !c.WithoutCA {
		for _, name := range []string{"SPCHECK_CA_FILE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE"} {
			env = append(env, EnvVar{name, ca})
		}
	}
	env = append(env, EnvVar{"AZURE_TENANT_ID", c.Tenant}, EnvVar{"AZURE_CLIENT_ID", c.ClientID})
	if c.Cloud != "" {
		env = append(env, EnvVar{"SPCHECK_CLOUD", c.Cloud})
	}
	switch {
	case c.Secret != nil:
		env = append(env, EnvVar{"AZURE_CLIENT_SECRET", *c.Secret})
	case c.Certificate != nil:
		env = append(env, EnvVar{"AZURE_CLIENT_CERTIFICATE_PATH", filepath.Join(s.folder, certFile)})
	case c.Token != nil:
		env = append(env, EnvVar{"AZURE_FEDERATED_TOKEN_FILE", filepath.Join(s.folder, tokenFile)})
	}
	r := s.built.Reader
	env = append(env, EnvVar{"SPCHECK_READER_CLIENT_ID", r.ClientID}, EnvVar{"SPCHECK_READER_CLIENT_SECRET", *r.Secret})
	if r.Tenant != c.Tenant {
		env = append(env, EnvVar{"SPCHECK_READER_TENANT_ID", r.Tenant})
	}
	if len(s.built.Profiles) > 0 {
		env = append(env, EnvVar{"SPCHECK_CONFIG", filepath.Join(s.folder, configFile)})
	}
	if s.ProxyAddr != "" {
		env = append(env, EnvVar{"HTTPS_PROXY", "http://" + s.ProxyAddr}, EnvVar{"NO_PROXY", "127.0.0.1,localhost,::1"})
	}
	return env
}

// Merge adds settings to an environment ("NAME=value" entries), and removes variables
// that would direct clients elsewhere.
func Merge(environ []string, settings []EnvVar) []string {
	var out []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !conflicts(strings.ToUpper(name), settings) {
			out = append(out, entry)
		}
	}
	for _, v := range settings {
		out = append(out, v.Name+"="+v.Value)
	}
	return out
}

// conflicts reports whether a variable (in upper case) is one of the settings or
// configures the same clients.
func conflicts(name string, settings []EnvVar) bool {
	if slices.ContainsFunc(settings, func(v EnvVar) bool { return v.Name == name }) {
		return true
	}
	switch name {
	// Some clients would use the machine's proxy even for loopback.
	case "HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE",
		"AZURE_USERNAME", "AZURE_PASSWORD", "AZURE_AUTHORITY_HOST", "AZURE_TENANT_ID",
		"AZURE_FEDERATED_TOKEN_FILE", "AZURE_TOKEN_CREDENTIALS":
		return true
	// These configure reports only.
	case "SPCHECK_OUTPUT", "SPCHECK_READER":
		return false
	}
	prefixes := []string{"AZURE_CLIENT_", "SPCHECK_", "ARM_", "IDENTITY_", "MSI_"}
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(name, p) })
}
