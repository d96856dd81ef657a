/*
 * A throw-away key and the self-signed certificate made from it, for 127.0.0.1 and localhost, valid until 2120.
 * They are public by being here: good for telling apart clients that check certificates, and for nothing else.
 */
export const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbUWJpML9rLox9e73
wPOQwsKK6wOkX4wCOeaIAffYZRKhRANCAASVnkmAFx+iFO9R2YUbm1QqigMdyWwd
OMGcNhYbsEa8g24CYnqWOVg2dcfJsdBstLaFqCkCX2n7K6eXo/4ltF8f
-----END PRIVATE KEY-----
`;

export const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBrDCCAVOgAwIBAgIBATAKBggqhkjOPQQDAjA3MTUwMwYDVQQDDCxzYW5kYm94
IHRlc3QgY2VydGlmaWNhdGUsIG5vdCBmb3IgcHJvZHVjdGlvbjAgFw0yMDAxMDEw
MDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowNzE1MDMGA1UEAwwsc2FuZGJveCB0ZXN0
IGNlcnRpZmljYXRlLCBub3QgZm9yIHByb2R1Y3Rpb24wWTATBgcqhkjOPQIBBggq
hkjOPQMBBwNCAASVnkmAFx+iFO9R2YUbm1QqigMdyWwdOMGcNhYbsEa8g24CYnqW
OVg2dcfJsdBstLaFqCkCX2n7K6eXo/4ltF8fo04wTDAPBgNVHRMBAf8EBTADAQH/
MBoGA1UdEQQTMBGHBH8AAAGCCWxvY2FsaG9zdDAdBgNVHQ4EFgQUOjipfuS9S33P
r7PMvQ2YBNizAPAwCgYIKoZIzj0EAwIDRwAwRAIgP0JsflhPkCJ+hp575dxk98ge
DqiD4bo53r8PJlC3HOgCIEtbvq2XGsQ+nuAfrHT7VWRkbph9X/JPItJQ+0cGKqqI
-----END CERTIFICATE-----
`;
