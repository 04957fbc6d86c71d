package scan

import (
	"fmt"
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Outcome is a finished scan. Its findings lie in a spool, not in memory: read
// them with Findings and Inventory, and Close it.
type Outcome struct {
	// Scan holds everything but the findings and the inventory.
	Scan *result.Scan
	// Notices are about what is kept between scans. They are no part of the report,
	// which is the same whether something was kept or not.
	Notices []Notice
	now     time.Time

	records spool
	spans   []tenantSpan
}

// Notice says how a tenant was read, or that what was read could not be kept: then
// Unkept is set, and the report is whole all the same.
type Notice struct {
	Tenant string
	Text   msg.Text
	Unkept bool
}

type tenantSpan struct {
	tenant string
	span   span
	owners ownersRead
	known  known
}

// Close removes what was kept on disk.
func (o *Outcome) Close() { o.records.close() }

// Findings reads the findings, tenant by tenant.
func (o *Outcome) Findings() iter.Seq2[*result.Finding, error] {
	return func(yield func(*result.Finding, error) bool) {
		for t, r := range o.each(yieldError(yield)) {
			if r.rule == "" {
				continue
			}
			f := finding(t.tenant, r, o.now)
			t.owners.add(&f)
			t.known.addTo(&f)
			if !yield(&f, nil) {
				return
			}
		}
	}
}

// Inventory reads all credentials, where the options wanted them kept.
func (o *Outcome) Inventory() iter.Seq2[*result.InventoryItem, error] {
	return func(yield func(*result.InventoryItem, error) bool) {
		for t, r := range o.each(yieldError(yield)) {
			if r.rule != "" {
				continue
			}
			item := inventoryItem(t.tenant, r)
			if !yield(&item, nil) {
				return
			}
		}
	}
}

func yieldError[T any](yield func(*T, error) bool) func(error) {
	return func(err error) { yield(nil, err) }
}

func (o *Outcome) each(failed func(error)) iter.Seq2[*tenantSpan, *record] {
	return func(yield func(*tenantSpan, *record) bool) {
		for _, s := range o.spans {
			for raw, err := range o.records.records(s.span) {
				if err != nil {
					failed(fmt.Errorf("the findings could not be read back: %w", err))
					return
				}
				r := readRecord(raw)
				if !yield(&s, &r) {
					return
				}
			}
		}
	}
}

// finding is a record as reports have it.
func finding(tenant string, r *record, now time.Time) result.Finding {
	f := result.Finding{
		Rule: r.rule, Severity: result.Severity(r.severity), Tenant: tenant, ObjectID: r.object.ID,
		AppID: result.OrNil(r.object.AppID), DisplayName: result.OrNil(r.object.DisplayName), ObjectKind: r.object.Kind,
	}
	if c := r.credential; c != nil {
		full := c.Credential()
		f.Purpose = c.Purpose
		f.KeyID, f.KeyName, f.Kind = result.OrNil(c.KeyID), result.OrNil(c.Name), &c.Kind
		f.StartDate, f.EndDateTime, f.DaysLeft = full.Start, full.End, full.DaysLeft(now)
		f.Status = result.CredentialStatus(r.status)
		f.Policy = readBreach(r.policy)
	}
	return f
}

func inventoryItem(tenant string, r *record) result.InventoryItem {
	full := r.credential.Credential()
	return result.InventoryItem{
		Tenant: tenant, ObjectID: r.object.ID, AppID: result.OrNil(r.object.AppID), DisplayName: result.OrNil(r.object.DisplayName),
		ObjectKind: r.object.Kind, KeyID: full.KeyID, Kind: full.Kind, Purpose: full.Purpose, EndDateTime: full.End, Replaced: r.replaced, Excluded: r.excluded,
	}
}
