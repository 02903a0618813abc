namespace DialerEngine.Core.Compliance;

/// <summary>The table: region, zones joined by an ampersand, prefixes. Later lines overwrite earlier ones of the same prefix.</summary>
public static partial class NumberPlaces
{
    // Short names of the zones that stand in many lines.
    private static string FullName(string shortName) => shortName switch
    {
        "E" => "America/New_York",
        "C" => "America/Chicago",
        "M" => "America/Denver",
        "P" => "America/Los_Angeles",
        "AZ" => "America/Phoenix",
        "AK" => "America/Anchorage",
        "AD" => "America/Adak",
        "HI" => "Pacific/Honolulu",
        "AT" => "America/Halifax",
        "NF" => "America/St_Johns",
        "ET" => "America/Toronto",
        "CT" => "America/Winnipeg",
        "RE" => "America/Regina",
        "MT" => "America/Edmonton",
        "PT" => "America/Vancouver",
        _ => shortName,
    };

    private const string Nanp = """
        US-AL C 1205 1251 1256 1334 1659 1938
        US-AK AK&AD 1907
        US-AZ AZ 1480 1520 1602 1623
        US-AZ AZ&M 1928
        US-AR C 1327 1479 1501 1870
        US-CA P 1209 1213 1279 1310 1323 1341 1350 1357 1369 1408 1415 1424 1442 1510 1530 1559 1562 1619 1626 1628 1650 1657 1661 1669 1707 1714 1738 1747 1760 1805 1818 1820 1831 1837 1840 1858 1909 1916 1925 1949 1951
        US-CO M 1303 1719 1720 1748 1970 1983
        US-CT E 1203 1475 1860 1959
        US-DE E 1302
        US-DC E 1202 1771
        US-FL E 1239 1305 1321 1324 1352 1386 1407 1561 1645 1656 1689 1727 1728 1754 1772 1786 1813 1863 1904 1941 1954
        US-FL E&C 1448 1850
        US-GA E 1229 1404 1470 1478 1678 1706 1762 1770 1912 1943
        US-HI HI 1808
        US-ID M&P 1208 1986
        US-IL C 1217 1224 1309 1312 1331 1447 1464 1618 1630 1708 1730 1773 1779 1815 1847 1861 1872
        US-IN E 1260 1317 1463 1765
        US-IN E&C 1219 1574 1812 1930
        US-IA C 1319 1515 1563 1641 1712
        US-KS C 1316 1913
        US-KS C&M 1620 1785
        US-KY E 1502 1859
        US-KY E&C 1270 1364 1606
        US-LA C 1225 1318 1337 1457 1504 1985
        US-ME E 1207
        US-MD E 1227 1240 1301 1410 1443 1667
        US-MA E 1339 1351 1413 1508 1617 1774 1781 1857 1978
        US-MI E 1231 1248 1269 1313 1517 1586 1616 1679 1734 1810 1947 1989
        US-MI E&C 1906
        US-MN C 1218 1320 1507 1612 1651 1763 1924 1952
        US-MS C 1228 1471 1601 1662 1769
        US-MO C 1235 1314 1417 1557 1573 1636 1660 1816 1975
        US-MT M 1406
        US-NE C&M 1308
        US-NE C&M 1402 1531
        US-NV P 1702 1725
        US-NV P&M 1775
        US-NH E 1603
        US-NJ E 1201 1551 1609 1640 1732 1848 1856 1862 1908 1973
        US-NM M 1505 1575
        US-NY E 1212 1315 1329 1332 1347 1363 1516 1518 1585 1607 1624 1631 1646 1680 1716 1718 1838 1845 1914 1917 1929 1934
        US-NC E 1252 1336 1472 1704 1743 1828 1910 1919 1980 1984
        US-ND C&M 1701
        US-OH E 1216 1220 1234 1283 1326 1330 1380 1419 1436 1440 1513 1567 1614 1740 1937
        US-OK C 1405 1539 1572 1918
        US-OK C&M 1580
        US-OR P 1503 1971
        US-OR P&M 1458 1541
        US-PA E 1215 1223 1267 1272 1412 1445 1484 1570 1582 1610 1717 1724 1814 1835 1878
        US-RI E 1401
        US-SC E 1803 1821 1839 1843 1854 1864
        US-SD C&M 1605
        US-TN E 1865
        US-TN C 1615 1629 1731 1901
        US-TN E&C 1423 1931
        US-TX C 1210 1214 1254 1281 1325 1346 1361 1409 1430 1469 1512 1621 1682 1713 1726 1737 1806 1817 1830 1832 1903 1936 1940 1945 1956 1972 1979
        US-TX C&M 1432 1915
        US-UT M 1385 1435 1801
        US-VT E 1802
        US-VA E 1276 1434 1540 1571 1686 1703 1757 1804 1826 1948
        US-WA P 1206 1253 1360 1425 1509 1564
        US-WV E 1304 1681
        US-WI C 1262 1274 1353 1414 1534 1608 1715 1920
        US-WY M 1307
        PR America/Puerto_Rico 1787 1939
        VI America/St_Thomas 1340
        GU Pacific/Guam 1671
        MP Pacific/Saipan 1670
        AS Pacific/Pago_Pago 1684
        CA-AB MT 1368 1403 1587 1780 1825
        CA-BC PT&MT 1236 1250 1257 1672 1778
        CA-BC PT 1604
        CA-MB CT 1204 1431 1584
        CA-NB AT 1428 1506
        CA-NL NF&AT 1709 1879
        CA-NS AT 1782 1902
        CA-ON ET 1226 1249 1289 1343 1365 1382 1416 1437 1519 1548 1613 1647 1683 1705 1742 1753 1905 1942
        CA-ON ET&CT 1807
        CA-QC ET 1263 1354 1438 1450 1468 1514 1579 1819 1873
        CA-QC ET&AT 1367 1418 1581
        CA-SK RE&MT 1306 1474 1639
        CA America/Iqaluit&America/Rankin_Inlet&America/Edmonton&America/Whitehorse&PT 1867
        DO America/Santo_Domingo 1809 1829 1849
        JM America/Jamaica 1876 1658
        BS America/Nassau 1242
        BB America/Barbados 1246
        TT America/Port_of_Spain 1868
        BM Atlantic/Bermuda 1441
        AI America/Anguilla 1264
        AG America/Antigua 1268
        VG America/Tortola 1284
        KY America/Cayman 1345
        GD America/Grenada 1473
        TC America/Grand_Turk 1649
        MS America/Montserrat 1664
        SX America/Lower_Princes 1721
        LC America/St_Lucia 1758
        DM America/Dominica 1767
        VC America/St_Vincent 1784
        KN America/St_Kitts 1869
        """;

    private const string World = """
        RU Europe/Kaliningrad&Europe/Moscow&Europe/Samara&Asia/Yekaterinburg&Asia/Omsk&Asia/Krasnoyarsk&Asia/Irkutsk&Asia/Yakutsk&Asia/Vladivostok&Asia/Magadan&Asia/Kamchatka 7
        RU Europe/Moscow 7495 7498 7499 7812
        KZ Asia/Almaty 76 77
        EG Africa/Cairo 20
        ZA Africa/Johannesburg 27
        GR Europe/Athens 30
        NL Europe/Amsterdam 31
        BE Europe/Brussels 32
        FR Europe/Paris 33
        ES Europe/Madrid&Atlantic/Canary 34
        ES Europe/Madrid 3491 3493
        HU Europe/Budapest 36
        IT Europe/Rome 39
        RO Europe/Bucharest 40
        CH Europe/Zurich 41
        AT Europe/Vienna 43
        GB Europe/London 44
        DK Europe/Copenhagen 45
        SE Europe/Stockholm 46
        NO Europe/Oslo 47
        PL Europe/Warsaw 48
        DE Europe/Berlin 49
        PE America/Lima 51
        MX America/Mexico_City&America/Cancun&America/Hermosillo&America/Tijuana&M&C 52
        MX America/Mexico_City 5255 5256
        CU America/Havana 53
        AR America/Argentina/Buenos_Aires 54
        BR America/Sao_Paulo&America/Manaus&America/Rio_Branco&America/Noronha 55
        BR America/Sao_Paulo 5511 5512 5513 5514 5515 5516 5517 5518 5519 5521 5522 5524 5527 5528 5531 5541 5551 5561
        CL America/Santiago&Pacific/Easter 56
        CO America/Bogota 57
        VE America/Caracas 58
        MY Asia/Kuala_Lumpur 60
        AU Australia/Sydney&Australia/Brisbane&Australia/Adelaide&Australia/Darwin&Australia/Perth 61
        AU Australia/Sydney&Australia/Broken_Hill&Australia/Lord_Howe 612
        AU Australia/Melbourne 613
        AU Australia/Brisbane&Australia/Sydney 617
        AU Australia/Adelaide&Australia/Darwin&Australia/Perth 618
        AU Australia/Adelaide&Australia/Darwin&Australia/Perth&Australia/Eucla&Indian/Christmas&Indian/Cocos 61851 61890 61891
        ID Asia/Jakarta&Asia/Makassar&Asia/Jayapura 62
        PH Asia/Manila 63
        NZ Pacific/Auckland&Pacific/Chatham 64
        SG Asia/Singapore 65
        TH Asia/Bangkok 66
        JP Asia/Tokyo 81
        KR Asia/Seoul 82
        VN Asia/Ho_Chi_Minh 84
        CN Asia/Shanghai 86
        TR Europe/Istanbul 90
        IN Asia/Kolkata 91
        PK Asia/Karachi 92
        AF Asia/Kabul 93
        LK Asia/Colombo 94
        MM Asia/Yangon 95
        IR Asia/Tehran 98
        MA Africa/Casablanca 212
        DZ Africa/Algiers 213
        TN Africa/Tunis 216
        LY Africa/Tripoli 218
        SN Africa/Dakar 221
        CI Africa/Abidjan 225
        GH Africa/Accra 233
        NG Africa/Lagos 234
        CM Africa/Douala 237
        AO Africa/Luanda 244
        ET Africa/Addis_Ababa 251
        KE Africa/Nairobi 254
        TZ Africa/Dar_es_Salaam 255
        UG Africa/Kampala 256
        MZ Africa/Maputo 258
        ZM Africa/Lusaka 260
        ZW Africa/Harare 263
        NA Africa/Windhoek 264
        BW Africa/Gaborone 267
        PT Europe/Lisbon&Atlantic/Azores 351
        PT Europe/Lisbon 35121 35122
        LU Europe/Luxembourg 352
        IE Europe/Dublin 353
        IS Atlantic/Reykjavik 354
        AL Europe/Tirane 355
        MT Europe/Malta 356
        CY Asia/Nicosia 357
        FI Europe/Helsinki 358
        BG Europe/Sofia 359
        LT Europe/Vilnius 370
        LV Europe/Riga 371
        EE Europe/Tallinn 372
        MD Europe/Chisinau 373
        AM Asia/Yerevan 374
        BY Europe/Minsk 375
        UA Europe/Kyiv 380
        RS Europe/Belgrade 381
        ME Europe/Podgorica 382
        HR Europe/Zagreb 385
        SI Europe/Ljubljana 386
        BA Europe/Sarajevo 387
        MK Europe/Skopje 389
        CZ Europe/Prague 420
        SK Europe/Bratislava 421
        LI Europe/Vaduz 423
        GT America/Guatemala 502
        SV America/El_Salvador 503
        HN America/Tegucigalpa 504
        NI America/Managua 505
        CR America/Costa_Rica 506
        PA America/Panama 507
        BO America/La_Paz 591
        EC America/Guayaquil&Pacific/Galapagos 593
        PY America/Asuncion 595
        UY America/Montevideo 598
        HK Asia/Hong_Kong 852
        MO Asia/Macau 853
        KH Asia/Phnom_Penh 855
        BD Asia/Dhaka 880
        TW Asia/Taipei 886
        LB Asia/Beirut 961
        JO Asia/Amman 962
        SY Asia/Damascus 963
        IQ Asia/Baghdad 964
        KW Asia/Kuwait 965
        SA Asia/Riyadh 966
        YE Asia/Aden 967
        OM Asia/Muscat 968
        AE Asia/Dubai 971
        IL Asia/Jerusalem 972
        BH Asia/Bahrain 973
        QA Asia/Qatar 974
        NP Asia/Kathmandu 977
        TJ Asia/Dushanbe 992
        AZ Asia/Baku 994
        GE Asia/Tbilisi 995
        KG Asia/Bishkek 996
        UZ Asia/Tashkent 998
        SS Africa/Juba 211
        GM Africa/Banjul 220
        MR Africa/Nouakchott 222
        ML Africa/Bamako 223
        GN Africa/Conakry 224
        BF Africa/Ouagadougou 226
        NE Africa/Niamey 227
        TG Africa/Lome 228
        BJ Africa/Porto-Novo 229
        MU Indian/Mauritius 230
        LR Africa/Monrovia 231
        SL Africa/Freetown 232
        TD Africa/Ndjamena 235
        CF Africa/Bangui 236
        CV Atlantic/Cape_Verde 238
        ST Africa/Sao_Tome 239
        GQ Africa/Malabo 240
        GA Africa/Libreville 241
        CG Africa/Brazzaville 242
        CD Africa/Kinshasa&Africa/Lubumbashi 243
        GW Africa/Bissau 245
        IO Indian/Chagos 246
        SC Indian/Mahe 248
        SD Africa/Khartoum 249
        RW Africa/Kigali 250
        SO Africa/Mogadishu 252
        DJ Africa/Djibouti 253
        BI Africa/Bujumbura 257
        MG Indian/Antananarivo 261
        RE Indian/Reunion&Indian/Mayotte 262
        MW Africa/Blantyre 265
        LS Africa/Maseru 266
        SZ Africa/Mbabane 268
        KM Indian/Comoro 269
        SH Atlantic/St_Helena 290
        ER Africa/Asmara 291
        AW America/Aruba 297
        FO Atlantic/Faroe 298
        GL America/Nuuk&America/Scoresbysund&America/Thule 299
        GI Europe/Gibraltar 350
        AD Europe/Andorra 376
        MC Europe/Monaco 377
        SM Europe/San_Marino 378
        XK Europe/Belgrade 383
        FK Atlantic/Stanley 500
        BZ America/Belize 501
        PM America/Miquelon 508
        HT America/Port-au-Prince 509
        GP America/Guadeloupe 590
        GY America/Guyana 592
        GF America/Cayenne 594
        MQ America/Martinique 596
        SR America/Paramaribo 597
        CW America/Curacao 599
        TL Asia/Dili 670
        NF Pacific/Norfolk 672
        BN Asia/Brunei 673
        NR Pacific/Nauru 674
        PG Pacific/Port_Moresby&Pacific/Bougainville 675
        TO Pacific/Tongatapu 676
        SB Pacific/Guadalcanal 677
        VU Pacific/Efate 678
        FJ Pacific/Fiji 679
        PW Pacific/Palau 680
        WF Pacific/Wallis 681
        CK Pacific/Rarotonga 682
        NU Pacific/Niue 683
        WS Pacific/Apia 685
        KI Pacific/Tarawa&Pacific/Kiritimati 686
        NC Pacific/Noumea 687
        TV Pacific/Funafuti 688
        PF Pacific/Tahiti&Pacific/Marquesas&Pacific/Gambier 689
        TK Pacific/Fakaofo 690
        FM Pacific/Pohnpei&Pacific/Chuuk&Pacific/Kosrae 691
        MH Pacific/Majuro 692
        LA Asia/Vientiane 856
        MV Indian/Maldives 960
        PS Asia/Gaza&Asia/Hebron 970
        BT Asia/Thimphu 975
        MN Asia/Ulaanbaatar&Asia/Hovd 976
        TM Asia/Ashgabat 993
        """;
}
