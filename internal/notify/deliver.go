package notify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/origin"
	"github.com/spcheck/spcheck/internal/pause"
	"github.com/spcheck/spcheck/internal/result"
)

// between is the pause between mails to owners: mail servers take some 30 a second
// of one sender without calling it a flood.
const between = 40 * time.Millisecond

// lostMost is how many mails in a row may lose their connection before the others are
// not tried.
const lostMost = 5

// Target is an address, named by where its URL is kept. Problem is why there is no
// address, which counts as a failed delivery.
type Target struct {
	Name    string
	Address *Address
	Problem msg.Text
}

// Order is what is to be sent, and to whom.
type Order struct {
	Targets  []Target
	Lang     string
	Template *Template
	// Dry, where not nil, is told who would get what, and nothing is sent.
	Dry io.Writer
}

// Deliver sends the news, and says what became of it. It sends nothing where nothing
// is new, and goes on to the next target where one fails.
func (s *Sender) Deliver(ctx context.Context, n *News, o Order) *result.Notification {
	out := &result.Notification{Status: result.NothingNew, Findings: n.Count, Deliveries: []result.Delivery{}}
	if n.nothing() {
		return idle(out, o.Targets)
	}
	_, out.WithoutMail = n.Owners()
	d := &delivery{sender: s, news: n, order: o, pending: &result.PendingNotification{Changes: n.listed}}
	out.Status = result.NotificationSent
	for _, t := range o.Targets {
		one := d.to(ctx, t)
		out.Deliveries = append(out.Deliveries, one)
		if one.Failed > 0 {
			out.Status = result.NotificationFailed
		}
	}
	switch {
	case o.Dry != nil:
		out.Status = result.NotificationPlanned
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled):
		out.Status = result.NotificationCutShort
	}
	if out.Unfinished() || o.Dry != nil {
		slices.Sort(d.pending.Findings)
		d.pending.Findings = slices.Compact(d.pending.Findings)
		out.Pending = d.pending
	}
	return out
}

// idle says which targets could not have been told: whoever set this up is to learn of
// it before there is something to tell.
func idle(out *result.Notification, targets []Target) *result.Notification {
	for _, t := range targets {
		if t.Address == nil {
			out.Status = result.NotificationFailed
			out.Deliveries = append(out.Deliveries, result.Delivery{To: t.Name, Failed: 1, Error: t.Problem})
		}
	}
	return out
}

type delivery struct {
	sender  *Sender
	news    *News
	order   Order
	pending *result.PendingNotification
}

// to sends to one target: a message for everybody, or one an owner where messages go
// by mail.
func (d *delivery) to(ctx context.Context, t Target) result.Delivery {
	out := result.Delivery{To: t.Name}
	if t.Address == nil {
		out.Failed, out.Error = 1, t.Problem
		d.missedAll()
		return out
	}
	if d.news.owners != nil && t.Address.Mails() {
		d.toOwners(ctx, t, &out)
		return out
	}
	lines := chatLines
	if t.Address.Mails() {
		lines = mailLines
	}
	m, err := d.news.message(d.order.Lang, lines)
	if err == nil {
		err = d.one(ctx, t, m, t.Address.to, func() error { return d.sender.Send(ctx, t.Address, m) })
	}
	if !d.count(&out, err) {
		d.missedAll()
	}
	return out
}

// toOwners sends one mail an owner over one connection.
func (d *delivery) toOwners(ctx context.Context, t Target, out *result.Delivery) {
	server := &mailer{sender: d.sender, to: t.Address}
	defer server.close()
	all := d.news.owners.sorted()
	if d.news.forRecipients() {
		all = append(all, d.news.owners.rest)
	}
	lost := 0 // in a row
	for i, o := range all {
		if ctx.Err() != nil || lost >= lostMost {
			d.giveUp(ctx, all[i:], out)
			return
		}
		recipients := []string{o.mail}
		if o.mail == "" {
			recipients = t.Address.to
		}
		m, err := d.news.forOwner(o, d.order.Template, d.order.Lang)
		if err == nil {
			err = d.one(ctx, t, m, recipients, func() error { return server.send(ctx, recipients, m) })
		}
		if d.count(out, err) {
			lost = 0
		} else {
			d.missed(o.keys)
			if err != nil && server.client == nil {
				lost++
			}
		}
		if d.order.Dry == nil && i+1 < len(all) {
			_ = d.wait(ctx)
		}
	}
}

func (d *delivery) wait(ctx context.Context) error {
	if d.sender.Sleep != nil {
		return d.sender.Sleep(ctx, between)
	}
	return pause.For(ctx, between)
}

// giveUp counts those who were not told.
func (d *delivery) giveUp(ctx context.Context, left []*owner, out *result.Delivery) {
	for _, o := range left {
		d.count(out, errUnsent(ctx))
		d.missed(o.keys)
	}
}

func errUnsent(ctx context.Context) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return msg.Error(msg.New("the connection to the mail server failed five times in a row"))
}

// one sends a message, or says who would get it.
func (d *delivery) one(ctx context.Context, t Target, m *Message, to []string, send func() error) error {
	if d.order.Dry == nil {
		return send()
	}
	whom := origin.Parse(t.Name).Text().In(d.order.Lang)
	if len(to) > 0 {
		whom += ": " + clean(strings.Join(to, ", "))
	}
	_, err := fmt.Fprintf(d.order.Dry, "%s\n%s\n\n%s\n", whom, m.Subject, m.text())
	return err
}

// count counts a message, and reports whether it was delivered.
func (d *delivery) count(out *result.Delivery, err error) bool {
	switch {
	case err == nil && d.order.Dry != nil:
		return false
	case err == nil:
		out.Sent++
		return true
	}
	out.Failed++
	if out.Error.IsZero() {
		out.Error = msg.Of(err)
	}
	return false
}

// missed keeps what was not told for the next run.
func (d *delivery) missed(keys []string) {
	if len(d.pending.Findings)+len(keys) > 4*pendingMost {
		d.pending.All = true
		return
	}
	d.pending.Findings = append(d.pending.Findings, keys...)
}

func (d *delivery) missedAll() {
	d.pending.All = d.pending.All || d.news.pending.All
	d.missed(d.news.pending.Findings)
}
