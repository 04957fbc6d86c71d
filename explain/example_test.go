package explain_test

import (
	"context"
	"fmt"
	"log"

	"github.com/spcheck/spcheck/explain"
)

func ExampleFindString() {
	const text = "sync failed: AADSTS7000222: The provided client secret keys for app '8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26' are expired. password=hunter2hunter2"
	found, err := explain.FindString(context.Background(), text)
	if err != nil {
		log.Fatal(err)
	}
	for _, m := range found {
		fmt.Println(m.Decisive, m.AppID)
		fmt.Println(m.Causes[0].ID+":", m.Causes[0].Summary)
		fmt.Println(m.Causes[0].Summary.In("de"))
	}
	// Output:
	// 7000222 8c1b7e54-2d90-4f6c-a3e8-5b7d0c9f1a26
	// secret-expired: The client secret has expired.
	// Der geheime Clientschlüssel ist abgelaufen.
}

func ExampleLookup() {
	c, ok := explain.Lookup("AADSTS700016")
	fmt.Println(ok, c.Code, c.Name)
	_, ok = explain.Lookup("1234567")
	fmt.Println(ok)
	// Output:
	// true 700016 UnauthorizedClient_DoesNotMatchRequest
	// false
}
