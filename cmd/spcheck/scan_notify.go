package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/spcheck/spcheck/internal/config"
	"github.com/spcheck/spcheck/internal/fail"
	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/notify"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/secrets"
	"github.com/spcheck/spcheck/internal/transport"
)

// notifyTimeout limits the time for all messages of a run. Messages to 20,000 owners
// take 15 minutes.
const notifyTimeout = 40 * time.Minute

// notifyFlags are the flags about notifications.
type notifyFlags struct {
	places      names
	owners, dry bool
	template    string
}

func addNotifyFlags(cmd *cobra.Command, n *notifyFlags) {
	f := cmd.Flags()
	f.Var(&n.places, "notify", "send what is new since the baseline to the URL stored in this `place`: env:NAME, file:PATH, keyring:NAME or command:PROGRAM (repeatable)")
	f.BoolVar(&n.owners, "notify-owners", false, "with --notify and a mail URL: send each owner a mail about the objects they own")
	f.StringVar(&n.template, "notify-template", "", "with --notify-owners: `file` with the text of the mails, a Go text/template")
	f.BoolVar(&n.dry, "notify-dry-run", false, "print the messages and their recipients on standard error, and send nothing")
}

// notifying is what a scan needs to send notifications. It is nil if there are none to
// send.
type notifying struct {
	past   *notify.Past
	owners bool
	order  notify.Order
	sender *notify.Sender
}

// notifying decides whom to notify, before the tenant is read. The places in a profile
// apply only to scans with a baseline: otherwise a scan that somebody runs to look at the
// tenant would send every finding to everybody.
func (a *app) notifying(cmd *cobra.Command, s *config.Settings, f *scanCommand) (*notifying, error) {
	notices, err := s.Notify(f.notify.places)
	if err != nil {
		return nil, err
	}
	switch {
	case len(notices) > 0 && f.baseline != "":
	case len(f.notify.places) > 0:
		return nil, fail.Usage(msg.New("--notify sends what is new since an earlier scan, and needs --baseline"),
			msg.New("for a nightly run: spcheck scan --baseline last.json --output-file last.json -o json --notify env:NAME"))
	default:
		return nil, withoutNotify(cmd)
	}
	n := &notifying{owners: f.notify.owners}
	if f.notify.template != "" {
		if !n.owners {
			return nil, fail.Usage(msg.New("--notify-template needs --notify-owners"))
		}
		if n.order.Template, err = notify.ReadTemplate(f.notify.template); err != nil {
			return nil, err
		}
	}
	if f.notify.dry {
		n.order.Dry = a.err
	}
	if b := f.options.Baseline; b != nil {
		if n.past, err = notify.ReadPast(b); err != nil {
			return nil, fail.Usage(msg.New("the findings in the baseline cannot be read"), msg.New("use a report that was saved with: spcheck scan -o json"))
		}
	}
	n.order.Lang = a.lang()
	client, err := a.httpClient(cmd, s)
	if err != nil {
		return nil, err
	}
	tls, err := transport.TLS(s.Value(config.CAFile))
	if err != nil {
		return nil, err
	}
	n.sender = &notify.Sender{HTTP: client, TLS: tls, Agent: "spcheck/" + a.version.number}
	return n, a.addresses(cmd.Context(), n, notices)
}

// withoutNotify rejects flags that need --notify.
func withoutNotify(cmd *cobra.Command) error {
	for _, name := range []string{"notify-owners", "notify-template", "notify-dry-run"} {
		if cmd.Flags().Changed(name) {
			return fail.Usage(msg.New("--%s needs --notify and --baseline", name))
		}
	}
	return nil
}

// addresses reads the URLs. A URL that cannot be read counts as a failed delivery,
// because the scan itself is still useful.
func (a *app) addresses(ctx context.Context, n *notifying, notices []config.Notice) error {
	mails := false
	for _, notice := range notices {
		t := notify.Target{Name: notice.Source.Origin().String()}
		text, err := notice.Source.LoadURL(ctx, a.secretDeps())
		if err == nil {
			t.Address, err = notify.Parse(text)
		}
		if err != nil {
			t.Address, t.Problem = nil, msg.New("the URL cannot be used: %s", secrets.Reason(err))
			a.note(msg.New("warning: %s", msg.New("%s: %s", notice.Source.Origin().Text(), t.Problem)))
		}
		mails = mails || t.Address == nil || t.Address.Mails()
		n.order.Targets = append(n.order.Targets, t)
	}
	if n.owners && !mails {
		return fail.Usage(msg.New("--notify-owners needs a URL for mail, such as smtps://USER:PASSWORD@HOST?from=A&to=B"))
	}
	return nil
}

// send sends the notifications and returns what happened to them.
func (n *notifying) send(ctx context.Context, s *result.Scan) *result.Notification {
	news, err := notify.ReadNews(s, n.past, n.owners)
	if err != nil {
		return &result.Notification{Status: result.NotificationFailed, Deliveries: []result.Delivery{}, Pending: &result.PendingNotification{All: true}}
	}
	ctx, cancel := context.WithTimeout(ctx, notifyTimeout)
	defer cancel()
	return n.sender.Deliver(ctx, news, n.order)
}
