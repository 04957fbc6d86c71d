package incident

import (
	"errors"
	"sync"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
	"github.com/spcheck/spcheck/internal/scan"
)

// Names of sources, as in reports.
const (
	auditLog          = "auditLog"
	signInLog         = "signInLog"
	activityReport    = "activityReport"
	credentialListing = "credentials"
	deletedListing    = "deletedApplications"
)

// sourceNames is their order in reports.
var sourceNames = [...]string{auditLog, signInLog, activityReport, credentialListing, deletedListing}

// source is the outcome of reading a source.
type source struct {
	mu     sync.Mutex
	asked  bool
	failed msg.Text // the first reason
	err    error
	seen   bool      // something was read
	oldest time.Time // the oldest entry, if the log was longer than what was read
}

func (t *trail) source(name string) *source { return t.sources[name] }

// read records an attempt to read the source.
func (s *source) read(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = true
	switch {
	case err == nil:
		s.seen = true
	case s.err == nil:
		s.err, s.failed = err, scan.ReasonOf(err)
	}
}

// cut records that the source is incomplete.
func (s *source) cut(why msg.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed.IsZero() {
		s.failed = why
	}
}

// whole reports whether the source was read completely.
func (s *source) whole() bool { return s.asked && s.failed.IsZero() }

// unlicensed reports whether the tenant lacks the licence for the sign-in log.
func (t *trail) unlicensed() bool {
	var refusal interface{ Unlicensed() bool }
	return errors.As(t.source(signInLog).err, &refusal) && refusal.Unlicensed()
}

// horizon is the time before which the logs have no entries.
func (t *trail) horizon() time.Time {
	if short := t.Now.Add(-shortRetention); t.unlicensed() && short.After(t.since) {
		return short
	}
	return t.since
}

// unread says what could not be read.
func (t *trail) unread() msg.Text {
	var all []msg.Text
	for _, name := range sourceNames {
		if s := t.source(name); !s.failed.IsZero() {
			all = append(all, msg.New("%s: %s", result.SourceText(name), s.failed))
		}
	}
	return msg.Join(all, "; ")
}

// sourceList describes all sources for the report.
func (t *trail) sourceList() []result.IncidentSource {
	var list []result.IncidentSource
	for _, name := range sourceNames {
		s := t.source(name)
		if !s.asked && (name == deletedListing || name == activityReport) {
			continue
		}
		one := result.IncidentSource{Source: name, Status: s.status()}
		if name == auditLog || name == signInLog {
			from := t.horizon()
			if s.oldest.After(from) {
				from = s.oldest
			}
			if s.seen {
				one.From = &from
			}
		}
		one.Meaning = t.meaning(name, s, one.From)
		list = append(list, one)
	}
	return list
}

func (s *source) status() string {
	switch {
	case !s.asked:
		return "notAsked"
	case s.failed.IsZero():
		return "whole"
	case s.seen:
		return "partial"
	}
	return "unreadable"
}

// meaning says what is missing in a source.
func (t *trail) meaning(name string, s *source, from *time.Time) msg.Text {
	switch {
	case !s.asked:
		return msg.New("no application was found whose sign-ins could be read")
	case !s.failed.IsZero() && name == auditLog:
		return msg.New("%s; without these entries, it may not be known who added or removed a credential", s.failed)
	case !s.failed.IsZero() && name == signInLog:
		return msg.New("%s; without these entries, it may not be known whether and from where a credential was used", s.failed)
	case !s.failed.IsZero() && name == activityReport:
		return msg.New("%s; a last use may be missing", s.failed)
	case !s.failed.IsZero():
		return msg.New("%s; a credential may be missing", s.failed)
	case from == nil:
		return msg.Text{}
	case t.Since.After(t.Now.Add(-retention)) && from.Equal(t.since):
		return msg.New("entries before %s were not requested", *from)
	case t.unlicensed():
		return msg.New("entries before %s are no longer available: without a P1 or P2 licence, Microsoft Entra keeps them for 7 days", *from)
	}
	return msg.New("entries before %s are no longer available: Microsoft Entra keeps them for 30 days with a P1 or P2 licence, and for 7 without", *from)
}
