package entra

import (
	"net"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/spcheck/spcheck/internal/msg"
)

// inputError is a setting with which no request can be made.
type inputError struct {
	Field string // "tenant", "authorityHost", "credential"
	// Missing means that the setting is empty rather than malformed.
	Missing bool
	Text    msg.Text
}

func (e *inputError) Error() string { return e.Text.String() }

// origin checks the sign-in host and returns it as https://HOST[:PORT] in lower case.
func origin(authorityHost string) (string, *inputError) {
	u, err := url.Parse(strings.TrimSpace(authorityHost))
	bad := err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil ||
		strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != ""
	if bad {
		return "", &inputError{Field: "authorityHost", Text: msg.New("the sign-in host must be a URL of the form https://HOST")}
	}
	return "https://" + strings.ToLower(u.Host), nil
}

// maxTenant is more than the length of any domain name. Longer values are mistakes.
const maxTenant = 300

// tenantSegment returns the tenant as one path segment of a URL. It rejects values that
// no service could answer for: they would change the path, or make MSAL use AD FS or
// dSTS instead of Entra.
func tenantSegment(tenant string) (string, *inputError) {
	if strings.TrimSpace(tenant) == "" {
		return "", &inputError{Field: "tenant", Missing: true, Text: msg.New("no tenant is given")}
	}
	switch strings.ToLower(tenant) {
	case ".", "..", "adfs", "dstsv2":
		return "", malformedTenant()
	}
	if len(tenant) > maxTenant || !utf8.ValidString(tenant) || strings.ContainsFunc(tenant, isControl) {
		return "", malformedTenant()
	}
	return url.PathEscape(tenant), nil
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f }

func malformedTenant() *inputError {
	return &inputError{Field: "tenant", Text: msg.New("the tenant is neither a GUID nor a domain name")}
}

// mayReceive reports whether a credential may be sent to a host: the configured host, a
// sign-in host of Microsoft or, if both are loopback, another loopback name.
func mayReceive(u *url.URL, origin string) bool {
	own, err := url.Parse(origin)
	if err != nil || u.Scheme != "https" {
		return false
	}
	if strings.EqualFold(u.Host, own.Host) {
		return true
	}
	if _, ok := cloudOfLoginHost(u.Host); ok {
		return true
	}
	return u.Port() == own.Port() && loopback(u.Hostname()) && loopback(own.Hostname())
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || (ip != nil && ip.IsLoopback())
}
