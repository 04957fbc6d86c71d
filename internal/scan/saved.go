package scan

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/spcheck/spcheck/internal/result"
)

// items reads the credentials of the earlier scan from its file again.
func (b *Baseline) items(visit func(*result.InventoryItem) error) error {
	return eachMember(b.path, map[string]func(*json.Decoder) error{
		"inventory": func(d *json.Decoder) error { return eachItem(d, visit) },
	})
}

// Findings reads the findings of the earlier scan from its file again. It also returns the
// tenants and the notification.
func (b *Baseline) Findings(visit func(*result.Finding) error) (tenants []result.ScanTenant, told *result.Notification, err error) {
	err = eachMember(b.path, map[string]func(*json.Decoder) error{
		"findings":     func(d *json.Decoder) error { return eachItem(d, visit) },
		"tenants":      func(d *json.Decoder) error { return d.Decode(&tenants) },
		"notification": func(d *json.Decoder) error { return d.Decode(&told) },
	})
	return tenants, told, err
}

// eachMember reads a JSON object from a file as a stream. readers read the members with
// their names; other members are skipped.
func eachMember(path string, readers map[string]func(*json.Decoder) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	// Windows PowerShell writes redirected output as UTF-16.
	text := transform.NewReader(bufio.NewReaderSize(f, 256<<10), unicode.BOMOverride(unicode.UTF8.NewDecoder()))
	d := json.NewDecoder(text)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return errors.Join(errNoObject, err)
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		read := readers[fmt.Sprint(name)]
		if read == nil {
			read = func(d *json.Decoder) error { var skip json.RawMessage; return d.Decode(&skip) }
		}
		if err := read(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

var errNoObject = errors.New("the file contains no JSON object")

func eachItem[T any](d *json.Decoder, visit func(*T) error) error {
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return errors.Join(errNoObject, err)
	}
	for d.More() {
		var item T
		if err := d.Decode(&item); err != nil {
			return err
		}
		if err := visit(&item); err != nil {
			return err
		}
	}
	_, err := d.Token()
	return err
}
