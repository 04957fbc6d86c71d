package bundle

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
)

// Environment describes the machine and the settings of a run, without the values of
// variables and settings.
type Environment struct {
	Version  string `json:"version"`  // of spcheck
	Revision string `json:"revision"` // of its source, empty if unknown
	Go       string `json:"go"`
	System   string `json:"system"` // such as linux/amd64
	Clock    Clock  `json:"clock"`
	// Variables are the environment variables that are set and that spcheck or its
	// libraries read.
	Variables []Variable `json:"variables"`
	Settings  []Setting  `json:"settings"`
	Proxies   []Proxy    `json:"proxies"`
	Reader    string     `json:"reader"` // the identity that reads Microsoft Graph
}

// Clock compares the clocks of this machine and of the sign-in host.
type Clock struct {
	Now              time.Time `json:"now"` // on this machine, at the start of the run
	UTCOffsetMinutes int       `json:"utcOffsetMinutes"`
	// Server is the time at the sign-in host. AheadSeconds says how far it is ahead of
	// this machine. Both are null if the host did not answer.
	Server       *time.Time `json:"server"`
	AheadSeconds *int       `json:"aheadSeconds"`
}

// Variable is an environment variable. Empty is true if its value is empty.
type Variable struct {
	Name  string `json:"name"`
	Empty bool   `json:"empty"`
}

// Setting is a setting in effect, without its value.
type Setting struct {
	Name   string `json:"name"`
	Origin string `json:"origin"` // such as "environment AZURE_TENANT_ID"
}

// Proxy is the proxy that the environment configures for a host.
type Proxy struct {
	To          string `json:"to"`
	Proxy       string `json:"proxy"` // without credentials; empty if there is none
	Credentials bool   `json:"credentials"`
	Malformed   bool   `json:"malformed"`
	Exempt      bool   `json:"exempt"` // by NO_PROXY
}

// ClockOf returns the clocks of a run.
func ClockOf(f *diagnose.Facts) Clock {
	_, offset := f.Now.Local().Zone()
	c := Clock{Now: f.Now.UTC(), UTCOffsetMinutes: offset / 60}
	if s := f.SignIn; s.Known() && s.Value.ServerTime != nil {
		server := s.Value.ServerTime.UTC()
		c.Server = &server
		if s.Value.Skew != nil {
			ahead := int(s.Value.Skew.Seconds())
			c.AheadSeconds = &ahead
		}
	}
	return c
}

// relevant has prefixes of the names of variables that Azure libraries and tools read.
var relevant = []string{"AZURE_", "SPCHECK_", "ARM_", "MSI_", "IDENTITY_", "IMDS_", "ACTIONS_ID_TOKEN_", "SYSTEM_OIDC", "KUBERNETES_SERVICE_"}

// exactly has names of other relevant variables, in upper case.
var exactly = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GODEBUG",
	"CI", "GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}

// VariablesOf returns the relevant variables among entries of the form NAME=value.
func VariablesOf(environ []string) []Variable {
	list := []Variable{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		upper := strings.ToUpper(name)
		begins := func(prefix string) bool { return strings.HasPrefix(upper, prefix) }
		if name != "" && (slices.ContainsFunc(relevant, begins) || slices.Contains(exactly, upper)) {
			list = append(list, Variable{name, value == ""})
		}
	}
	slices.SortFunc(list, func(a, b Variable) int { return strings.Compare(a.Name, b.Name) })
	return slices.Compact(list)
}

// Under returns the environment with pseudonyms.
func (e Environment) Under(p *Pseudonyms) Environment {
	e.Variables, e.Settings, e.Proxies = slices.Clone(e.Variables), slices.Clone(e.Settings), slices.Clone(e.Proxies)
	for i := range e.Variables {
		if name := e.Variables[i].Name; !slices.Contains(exactly, strings.ToUpper(name)) {
			e.Variables[i].Name = p.Value(name)
		}
	}
	for i := range e.Settings {
		e.Settings[i].Origin = p.Value(e.Settings[i].Origin)
	}
	for i := range e.Proxies {
		e.Proxies[i].To, e.Proxies[i].Proxy = p.Value(e.Proxies[i].To), p.Value(e.Proxies[i].Proxy)
	}
	e.Reader = p.Value(e.Reader)
	return e
}
