// Package federation contains the rules for federated credentials: audiences, names and
// the limits of Microsoft Graph. It makes no requests.
package federation

import (
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
)

// Most is the maximum number of federated credentials of an application (documentation of
// federated identity credentials, design considerations).
const Most = 20

// Limits in characters, and the length of generated names (documentation of
// federatedIdentityCredential).
const (
	maxName  = 120
	maxPart  = 600
	madeName = 100
)

// Trust is a federated credential.
type Trust struct{ Name, Issuer, Subject, Audience string }

// Pair is the issuer and subject of a workload's tokens.
type Pair struct{ Issuer, Subject string }

// Audience returns the audience of federated tokens in a cloud (documentation of workload
// identity federation).
func Audience(cloud string) string {
	switch cloud {
	case "usgov", "usgov-dod":
		return "api://AzureADTokenExchangeUSGov"
	case "china":
		return "api://AzureADTokenExchangeChina"
	}
	return "api://AzureADTokenExchange"
}

// Name generates a name from a subject. It differs from the taken names, ignoring case.
func Name(subject string, taken ...string) string {
	words := strings.FieldsFunc(subject, func(r rune) bool {
		return r > 'z' || !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	})
	name := "trust-" + strings.Join(words, "-")
	name = strings.TrimRight(name[:min(len(name), madeName)], "-")
	for slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, name) }) {
		name += "-2"
	}
	return name
}

// CheckName returns an error for a name that Graph rejects.
func CheckName(name string) error {
	for _, r := range name {
		if r > 'z' || !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_') {
			return fail.Usage(msg.New("the name of a federated credential may contain only letters, digits, hyphens and underscores"))
		}
	}
	if len(name) < 3 || len(name) > maxName || name[0] == '-' || name[0] == '_' {
		return fail.Usage(msg.New("the name of a federated credential must have 3 to %d characters and start with a letter or digit", maxName))
	}
	return nil
}

// CheckAudience returns an error for an audience that Graph rejects.
func CheckAudience(audience string) error {
	return checkPart(msg.New("the audience"), audience)
}

// Check returns a *fail.Error if Graph rejects the pair or no token can match it.
func (p Pair) Check() error {
	if err := checkPart(msg.New("the issuer"), p.Issuer); err != nil {
		return err
	}
	if err := checkPart(msg.New("the subject"), p.Subject); err != nil {
		return err
	}
	u, err := url.Parse(p.Issuer)
	switch {
	case err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.Fragment != "":
		return fail.Usage(msg.New("the issuer is not an https URL"), msg.New("use the exact value of the token's iss claim; a trailing slash matters"))
	case inside(u.Hostname()):
		return fail.Usage(msg.New("the issuer %s can only be reached from inside a network, but Entra must read its keys over the internet", p.Issuer),
			msg.New("give the cluster or service a public issuer; for AKS: az aks update --enable-oidc-issuer"))
	case strings.Contains(p.Subject, "*"):
		return fail.Usage(msg.New("the subject %s contains an asterisk, which is compared literally", p.Subject),
			msg.New("add one credential for each subject; only flexible federated credentials support patterns, and spcheck does not create those"))
	}
	return nil
}

func checkPart(what msg.Text, text string) error {
	switch {
	case text == "":
		return fail.Usage(msg.New("%s is empty", what))
	case strings.TrimSpace(text) != text || strings.ContainsAny(text, "\r\n\t\x00"):
		return fail.Usage(msg.New("%s has white space around it or line breaks in it", what))
	case utf8.RuneCountInString(text) > maxPart:
		return fail.Usage(msg.New("%s has more than %d characters", what, maxPart))
	}
	return nil
}

// inside reports whether the name of a host shows that it cannot be reached over the
// internet.
func inside(host string) bool {
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsPrivate() || ip.IsLoopback() || ip.IsLinkLocalUnicast()
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return !strings.Contains(host, ".") || strings.HasSuffix(host, ".local") || strings.HasSuffix(host, ".internal") || strings.HasSuffix(host, ".svc")
}
