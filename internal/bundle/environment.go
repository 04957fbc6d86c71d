package bundle

import (
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/diagnose"
)

// Environment is what a run depended on, beside what its report says. It holds no
// value of a variable or setting.
type Environment struct {
	Version  string `json:"version"`  // of spcheck
	Revision string `json:"revision"` // of its source, empty where it is not known
	Go       string `json:"go"`
	System   string `json:"system"` // such as linux/amd64
	Clock    Clock  `json:"clock"`
	// Variables are those that spcheck and its libraries read and that are set.
	Variables []Variable `json:"variables"`
	Settings  []Setting  `json:"settings"`
	Proxies   []Proxy    `json:"proxies"`
	Reader    string     `json:"reader"` // who read Microsoft Graph
}

// Clock is this machine's against the sign-in host's.
type Clock struct {
	Now time.Time `json:"now"` // of this machine, when the run began
	// UTCOffsetMinutes is how far local time is ahead of UTC.
	UTCOffsetMinutes int `json:"utcOffsetMinutes"`
	// Server is the sign-in host's clock, and AheadSeconds how far it is ahead of
	// this machine's; null where it did not answer.
	Server       *time.Time `json:"server"`
	AheadSeconds *int       `json:"aheadSeconds"`
}

// Variable is one that is set; Empty where to nothing.
type Variable struct {
	Name  string `json:"name"`
	Empty bool   `json:"empty"`
}

// Setting is one that is in effect, without its value.
type Setting struct {
	Name   string `json:"name"`
	Origin string `json:"origin"` // such as "environment AZURE_TENANT_ID"
}

// Proxy is how the environment leads to a host.
type Proxy struct {
	To          string `json:"to"`
	Proxy       string `json:"proxy"` // without credentials; empty where there is none
	Credentials bool   `json:"credentials"`
	Malformed   bool   `json:"malformed"`
	Exempt      bool   `json:"exempt"` // by NO_PROXY
}

// ClockOf reads the clocks of a run.
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

// relevant are the beginnings of the names of variables that Azure's libraries and
// tools, TLS and proxies go by.
var relevant = []string{"AZURE_", "SPCHECK_", "ARM_", "MSI_", "IDENTITY_", "IMDS_", "ACTIONS_ID_TOKEN_", "SYSTEM_OIDC", "KUBERNETES_SERVICE_"}

// exactly are further ones, in upper case.
var exactly = []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GODEBUG",
	"CI", "GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI", "LANG", "LC_ALL", "LC_MESSAGES", "TZ", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}

// VariablesOf are the relevant variables among entries of the form NAME=value.
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

// Under is the environment under pseudonyms.
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
