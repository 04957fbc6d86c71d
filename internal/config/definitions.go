// Package config resolves the settings of a run. A flag wins over an environment variable,
// and that over a profile. Each setting remembers where it was configured.
package config

import (
	"net/url"
	"slices"
	"strings"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/near"
)

// Name is a setting, spelled as in a profile.
type Name string

// The settings, except for the credential.
const (
	Tenant        Name = "tenant"
	ClientID      Name = "clientId"
	Cloud         Name = "cloud"
	AuthorityHost Name = "authorityHost"
	GraphEndpoint Name = "graphEndpoint"
	CAFile        Name = "caFile"
	Reader        Name = "reader"
	Output        Name = "output"
	Within        Name = "within"
	FailOn        Name = "failOn"
	Timeout       Name = "timeout"
	Lang          Name = "lang"
)

// Group says which commands have a setting's flag.
type Group int

// The groups of flags.
const (
	Connection Group = iota // how to reach a tenant, and with which identity
	Judgement               // what counts as a warning, and for the exit code
	Reporting               // how the result is written
)

// Definition is one setting: where it can be configured, its default and its check. Every
// setting is also a key of a profile, with its Name.
type Definition struct {
	Name    Name
	Flag    string
	Short   string
	Env     string
	Default string
	Usage   string
	Group   Group
	// Values are the possible values. It is empty if any value is possible.
	Values []string
	// Check refuses a malformed value. It never gets an empty one.
	Check func(string) error
	// Path means that the value is a file. A relative path in a profile starts at the
	// config file.
	Path bool
}

// Definitions lists every setting, in the order config show prints them.
func Definitions() []Definition {
	return []Definition{
		{Name: Tenant, Flag: "tenant", Env: "AZURE_TENANT_ID", Group: Connection,
			Usage: "`tenant`: a GUID or a verified domain"},
		{Name: ClientID, Flag: "client-id", Env: "AZURE_CLIENT_ID", Group: Connection,
			Usage: "application (client) `ID`"},
		{Name: Cloud, Flag: "cloud", Env: "SPCHECK_CLOUD", Default: "public", Group: Connection,
			Usage: "national `cloud`", Values: []string{"public", "usgov", "usgov-dod", "china"}},
		{Name: AuthorityHost, Flag: "authority-host", Env: "AZURE_AUTHORITY_HOST", Group: Connection, Check: checkOrigin,
			Usage: "`URL` of the sign-in host (default: that of the cloud)"},
		{Name: GraphEndpoint, Flag: "graph-endpoint", Env: "SPCHECK_GRAPH_ENDPOINT", Group: Connection, Check: checkOrigin,
			Usage: "`URL` of Microsoft Graph (default: that of the cloud)"},
		{Name: CAFile, Flag: "ca-file", Env: "SPCHECK_CA_FILE", Group: Connection, Path: true,
			Usage: "PEM `file` of CAs to trust in addition to those of the system"},
		{Name: Reader, Flag: "reader", Env: "SPCHECK_READER", Default: "auto", Group: Connection, Check: checkReader, Values: ReaderNames(),
			Usage: "`identity` that reads Microsoft Graph"},
		{Name: Timeout, Flag: "timeout", Default: "30s", Group: Connection, Check: checkPositive,
			Usage: "maximum `time` for the whole run"},
		{Name: Within, Flag: "within", Default: "30d", Group: Judgement, Check: checkDuration,
			Usage: "warn about credentials that expire within this `time` (30d, 12h, 4w)"},
		{Name: FailOn, Flag: "fail-on", Default: "warning", Group: Judgement, Values: []string{"warning", "critical", "never"},
			Usage: "lowest `severity` that makes the exit code non-zero"},
		{Name: Output, Flag: "output", Short: "o", Env: "SPCHECK_OUTPUT", Default: "text", Group: Reporting,
			Usage: "output `format`"},
		{Name: Lang, Flag: "lang", Group: Reporting, Values: msg.Languages(),
			Usage: "`language` of reports, messages and help"},
	}
}

// ReaderNames returns the readers that --reader accepts, in the order of the contract.
func ReaderNames() []string {
	return []string{"auto", "self", "none", "environment", "profile:NAME", "azure-cli", "device-code", "browser", "managed-identity", "workload-identity"}
}

func checkReader(s string) error {
	if name, ok := strings.CutPrefix(s, "profile:"); ok && name != "" {
		return nil
	}
	if s != "profile:NAME" && slices.Contains(ReaderNames(), s) {
		return nil
	}
	return msg.Error(msg.New("it must be one of %s", strings.Join(ReaderNames(), ", ")))
}

// checkOrigin accepts only an https origin: a path would be lost, and a user name would be
// sent to the host.
func checkOrigin(s string) error {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return msg.Error(msg.New("it is not a URL"))
	case u.Scheme != "https":
		return msg.Error(msg.New("it must start with https://"))
	case u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return msg.Error(msg.New("it must be https://HOST or https://HOST:PORT, with nothing after it"))
	case strings.Trim(u.Path, "/") != "":
		return msg.Error(msg.New("it must not have a path, as in %s", "https://"+u.Host))
	}
	return nil
}

// meant adds a hint: the possible value that was probably meant, also if it was copied with
// quotation marks, or else what the setting is for.
func (d Definition) meant(value string, e *fail.Error) error {
	bare, _ := Bare(value, true)
	for _, v := range near.Words(bare, d.Values) {
		return e.Hint(msg.New("did you mean: --%s %s", d.Flag, v))
	}
	return e.Hint(d.hint())
}

// hint says what the setting is for.
func (d Definition) hint() msg.Text {
	use := msg.FromData(d.Usage).Through(func(s string) string { return strings.ReplaceAll(s, "`", "") })
	if d.Default != "" {
		return msg.New("--%s: %s (default: %s)", d.Flag, use, d.Default)
	}
	return msg.New("--%s: %s", d.Flag, use)
}
