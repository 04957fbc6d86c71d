package objects

import (
	"testing"
	"time"

	"github.com/spcheck/spcheck/internal/result"
)

// FuzzValidity checks dates of any kind: time zones, leap days, fractions, and years
// after 2299.
func FuzzValidity(f *testing.F) {
	f.Add(int64(1_800_000_000), int64(0), int64(1_800_000_000), int64(0), 0, int64(30*24))
	f.Add(int64(1_709_164_800), int64(999_999_999), int64(1_709_251_200), int64(1), 14*3600, int64(24)) // around 29 February 2024
	f.Add(int64(1_800_000_000), int64(0), int64(10_413_792_000), int64(0), -12*3600, int64(1))          // the year 2299
	f.Add(int64(-62_135_596_800), int64(0), int64(253_402_300_799), int64(0), 0, int64(0))
	f.Fuzz(func(t *testing.T, nowSec, nowNano, endSec, endNano int64, zone int, hours int64) {
		const first, last = -62_135_596_800, 253_402_300_799 // the years 1 to 9999
		if nowSec < first || nowSec > last || endSec < first || endSec > last || zone%60 != 0 || zone < -14*3600 || zone > 14*3600 {
			return
		}
		now := time.Unix(nowSec, nowNano&0x1fffffff).UTC()
		end := time.Unix(endSec, endNano&0x1fffffff).UTC()
		within := time.Duration(hours&0xffff) * time.Hour
		c := Credential{End: &end}
		status, days := c.Status(now, within), *c.DaysLeft(now)

		there := end.In(time.FixedZone("", zone))
		if other := (Credential{End: &there}); other.Status(now, within) != status || *other.DaysLeft(now) != days {
			t.Error("the zone makes a difference")
		}
		if (days < 0) != end.Before(now) {
			t.Errorf("%d days left from %s to %s", days, now, end)
		}
		if c.Expired(now) == c.Usable(now) || c.Expired(now) != !end.After(now) {
			t.Errorf("%s at %s: ended %v, usable %v", end, now, c.Expired(now), c.Usable(now))
		}
		if day := *c.DaysLeft(now.Add(24 * time.Hour)); day != days-1 {
			t.Errorf("%d days left, and a day later %d", days, day)
		}
		if status == result.Expiring && end.Sub(now) > within && end.Year()-now.Year() < 200 {
			t.Errorf("%s is expiring at %s within %s", end, now, within)
		}
		if wider := c.Status(now, within+time.Hour); status == result.Expiring && wider != result.Expiring {
			t.Errorf("a wider window makes %s of %s", wider, status)
		}
	})
}

// A credential without an expiry date never expires.
func TestNoEnd(t *testing.T) {
	c := Credential{}
	if c.DaysLeft(time.Now()) != nil || c.Expired(time.Now()) || c.Status(time.Now(), time.Hour) != result.NeverExpires {
		t.Errorf("%v", c.Status(time.Now(), time.Hour))
	}
}
