// Package notify tells people what a scan found that is new: by mail, in Slack, in
// Microsoft Teams, or to any service that takes JSON by HTTPS.
//
// Where a message goes is a URL that holds a secret. It is shown nowhere: a target is
// named by where its URL is kept.
package notify

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/redact"
)

// The kinds of service that take messages.
const (
	kindMail  = "mail"
	kindSlack = "slack"
	kindTeams = "teams"
	kindJSON  = "webhook"
)

// Address is where messages go. It prints as redacted.
type Address struct {
	kind string
	// web is the URL of a webhook.
	web string
	// The mail server, where kind is kindMail. implicit is TLS from the first byte.
	host, port     string
	implicit       bool
	user, password string
	from           string
	to             []string
}

// Format prints nothing of the address for every verb.
func (a *Address) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted]")) }

// Mails reports whether messages go by mail, so that each owner can have one.
func (a *Address) Mails() bool { return a.kind == kindMail }

// Parse reads a URL, and hides what is secret in it from all output. Errors say what
// is wrong with it and quote nothing.
//
//	https://hooks.slack.com/…                 an incoming webhook of Slack
//	https://….logic.azure.com/…               a workflow of Teams
//	slack+https://…, teams+https://…          the same behind another host
//	https://…                                 JSON
//	smtps://USER:PASSWORD@HOST?from=A&to=B,C  mail, TLS from the first byte (465)
//	smtp://…                                  mail, STARTTLS (587)
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

// kindOf knows the services by their hosts: those of Power Automate run the workflows
// of Teams, which took the place of the connectors of Office 365.
func kindOf(host string) string {
	if host == "hooks.slack.com" || host == "hooks.slack-gov.com" {
		return kindSlack
	}
	for _, of := range []string{".logic.azure.com", ".logic.azure.us", ".powerplatform.com", ".powerautomate.com", ".powerplatform.us", ".webhook.office.com"} {
		if strings.HasSuffix(host, of) {
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

// bareAddress is a mail address and nothing more: no name, no comment, one line.
func bareAddress(text string) (string, error) {
	text = strings.TrimSpace(text)
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || len(text) > 254 {
		return "", msg.Error(msg.New("it is not a mail address"))
	}
	return text, nil
}

// hideParts registers what is secret in a URL. The whole is not: "https://" and the
// name of the host are in other texts, too.
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

// hidePart leaves words such as "services" and "workflows".
func hidePart(s string) {
	letters := strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' })
	digits := strings.ContainsAny(s, "0123456789")
	if len(s) >= 20 || len(s) >= 8 && letters && digits || redact.LooksSecret(s) {
		redact.Hide(s)
	}
}
