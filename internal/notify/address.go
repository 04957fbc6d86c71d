// Package notify sends the new findings of a scan by mail, to Slack, to Microsoft Teams, or
// as JSON to any other webhook.
//
// The URL of a target contains a secret and is never shown. Reports name the place where
// the URL is stored instead.
package notify

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
)

const (
	kindMail  = "mail"
	kindSlack = "slack"
	kindTeams = "teams"
	kindJSON  = "webhook"
)

// Address is the destination of messages. It prints as redacted.
type Address struct {
	kind string
	// web is the URL of a webhook.
	web string
	// The other fields are for kindMail. implicit means TLS from the start of the
	// connection, instead of STARTTLS.
	host, port     string
	implicit       bool
	user, password string
	from           string
	to             []string
}

// Format prints the address as redacted, for every verb.
func (a *Address) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// Mails reports whether messages are sent by mail, so that each owner can get one.
func (a *Address) Mails() bool { return a.kind == kindMail }

// Parse parses a URL and registers the secrets in it for redaction. Errors do not quote it.
//
//	https://hooks.slack.com/…                 incoming webhook of Slack
//	https://….logic.azure.com/…               workflow of Teams
//	slack+https://…, teams+https://…          Slack or Teams on another host
//	https://…                                 JSON
//	smtps://USER:PASSWORD@HOST?from=A&to=B,C  mail, implicit TLS (port 465)
//	smtp://…                                  mail, STARTTLS (port 587)
func Parse(text string) (*Address, error) {
	text = strings.TrimSpace(text)
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		redact.HideTyped(text)
		return nil, msg.Error(msg.New("it is not a URL such as https://… or smtps://…"))
	}
	hideParts(u)
	switch u.Scheme {
	case "smtp", "smtps":
		return parseMail(u)
	case "https", "slack+https", "teams+https":
		return parseWeb(u), nil
	case "http", "slack+http", "teams+http":
		return nil, msg.Error(msg.New("it starts with http://, which would send everything in clear text; https:// is needed"))
	}
	return nil, msg.Error(msg.New("it must start with https://, slack+https://, teams+https://, smtps:// or smtp://"))
}

func parseWeb(u *url.URL) *Address {
	kind, _, named := strings.Cut(u.Scheme, "+")
	if !named {
		kind = kindOf(strings.ToLower(u.Hostname()))
	}
	u.Scheme = "https"
	return &Address{kind: kind, web: u.String()}
}

// kindOf recognises services by their hosts. Power Automate runs the workflows of Teams,
// which replaced the Office 365 connectors.
func kindOf(host string) string {
	if host == "hooks.slack.com" || host == "hooks.slack-gov.com" {
		return kindSlack
	}
	for _, domain := range []string{".logic.azure.com", ".logic.azure.us", ".powerplatform.com",
		".powerautomate.com", ".powerplatform.us", ".webhook.office.com"} {
		if strings.HasSuffix(host, domain) {
			return kindTeams
		}
	}
	return kindJSON
}

func parseMail(u *url.URL) (*Address, error) {
	a := &Address{kind: kindMail, host: u.Hostname(), port: u.Port(), implicit: u.Scheme == "smtps"}
	if a.port == "" {
		a.port = map[bool]string{true: "465", false: "587"}[a.implicit]
	}
	a.user = u.User.Username()
	a.password, _ = u.User.Password()
	query := u.Query()
	for name := range query {
		if name != "from" && name != "to" {
			return nil, msg.Error(msg.New("it has a parameter other than from and to"))
		}
	}
	from, err := bareAddress(query.Get("from"))
	if err != nil {
		return nil, msg.Error(msg.New("it must name the sender, as in smtps://HOST?from=spcheck@example.com&to=team@example.com"))
	}
	a.from = from
	for text := range strings.SplitSeq(strings.Join(query["to"], ","), ",") {
		to, err := bareAddress(text)
		if err != nil {
			return nil, msg.Error(msg.New("it must name at least one recipient, as in smtps://HOST?from=spcheck@example.com&to=team@example.com"))
		}
		a.to = append(a.to, to)
	}
	return a, nil
}

// bareAddress returns a mail address without a name or comment. Anything else is an error.
func bareAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > 254 {
		return "", msg.Error(msg.New("it is not a mail address"))
	}
	return text, nil
}

// hideParts registers the secrets in a URL for redaction. It does not register the scheme
// and the host, because they occur in other texts too.
func hideParts(u *url.URL) {
	if password, ok := u.User.Password(); ok {
		redact.Hide(password)
	}
	if u.Scheme == "smtp" || u.Scheme == "smtps" {
		return
	}
	redact.Hide(u.User.Username())
	for segment := range strings.SplitSeq(u.Path, "/") {
		hidePart(segment)
	}
	for name, values := range u.Query() {
		for _, v := range values {
			if name != "api-version" && name != "sp" && name != "sv" {
				hidePart(v)
			}
		}
	}
	hidePart(u.Fragment)
}

// hidePart registers a part of a URL unless it is a word such as "services" or "workflows".
func hidePart(s string) {
	letters := strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' })
	digits := strings.ContainsAny(s, "0123456789")
	if len(s) >= 20 || len(s) >= 8 && letters && digits || redact.LooksSecret(s) {
		redact.Hide(s)
	}
}
