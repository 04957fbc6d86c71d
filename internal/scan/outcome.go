package scan

import (
	"fmt"
	"iter"
	"time"

	"github.com/spcheck/spcheck/internal/msg"
	"github.com/spcheck/spcheck/internal/result"
)

// Outcome is a finished scan. Its findings are in a spool, not in memory: read them with
// Findings and Inventory, and then call Close.
type Outcome struct {
	// Scan contains everything except the findings and the inventory.
	Scan *result.Scan
	// Notices are about the saved state. They are not part of the report, which is the same
	// with and without a saved state.
	Notices []Notice

	now     time.Time
	records spool
	tenants []*tenantDone
}

// Notice says how a tenant was read. Unkept is true if its state could not be saved; the
// report is complete nevertheless.
type Notice struct {
	Tenant string
	Text   msg.Text
	Unkept bool
}

// Close deletes temporary files.
func (o *Outcome) Close() { o.records.close() }

// Findings reads the findings, tenant by tenant.
func (o *Outcome) Findings() iter.Seq2[*result.Finding, error] {
	return each(o, func(d *tenantDone, r *record) (f result.Finding, ok bool) {
		if r.rule != "" {
			f = finding(d.Tenant, r, o.now)
			d.owners.add(&f)
			d.known.addTo(&f)
		}
		return f, r.rule != ""
	})
}

// Inventory reads all credentials, if the options requested them.
func (o *Outcome) Inventory() iter.Seq2[*result.InventoryItem, error] {
	return each(o, func(d *tenantDone, r *record) (i result.InventoryItem, ok bool) {
		if r.rule == "" {
			i = inventoryItem(d.Tenant, r)
		}
		return i, r.rule == ""
	})
}

func each[T any](o *Outcome, read func(*tenantDone, *record) (T, bool)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		for _, d := range o.tenants {
			for r, err := range o.records.records(d.span) {
				if err != nil {
					yield(nil, fmt.Errorf("the findings could not be read back: %w", err))
					return
				}
				if v, ok := read(d, r); ok && !yield(&v, nil) {
					return
				}
			}
		}
	}
}

// finding converts a record for the report.
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
